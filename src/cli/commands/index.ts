import type { Command } from '../command.ts';

/** Every command, in the order of `lakegate --help`. Loaded on use, so that `check` does not load the router. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./init.ts')).init,
  check: async () => (await import('./check.ts')).check,
  plan: async () => (await import('./plan.ts')).plan,
  diff: async () => (await import('./diff.ts')).diff,
  compare: async () => (await import('./compare.ts')).compare,
  trace: async () => (await import('./trace.ts')).trace,
  prove: async () => (await import('./prove.ts')).prove,
  cost: async () => (await import('./cost.ts')).cost,
  synth: async () => (await import('./synth.ts')).synth,
  artifact: async () => (await import('./artifact.ts')).artifact,
  snippets: async () => (await import('./snippets.ts')).snippets,
  msk: async () => (await import('./msk.ts')).msk,
  schema: async () => (await import('./schema.ts')).schema,
  explain: async () => (await import('./explain.ts')).explain,
  router: async () => (await import('./router.ts')).router,
  lab: async () => (await import('./lab.ts')).lab,
};
