/**
 * app/check: finds everything that is wrong with a spec, its lock and the output folder before anything is written: what reading,
 * planning, making Terraform and writing it would refuse, and what the CA of inspection does not cover.
 * Never: printing, writing.
 * Imports: app/ca, app/files, app/planning, app/synth, diagnostics, ir. Imported by: cli.
 */
export { type AfterCheck, type Checking, checkSpecFile } from './check-spec-file.ts';
