/**
 * app/watch: runs a use case in rounds, again whenever a file that it has read changes.
 * Never: printing, a clock.
 * Imports: app/files, diagnostics, router. Imported by: cli.
 */
export { type RoundEvents, type WatchedSpec, watchRounds } from './watch-rounds.ts';
