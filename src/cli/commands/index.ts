import type { Command } from '../command.ts';

/** Every command, in the order of `lakegate --help`. Loaded on use, so that `check` does not load the router. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  check: async () => (await import('./check.ts')).check,
};
