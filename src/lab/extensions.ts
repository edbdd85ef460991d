import type { LabExtension } from './extension.ts';

/** By name, loaded on use. To add one: a folder beside this file, and a line here. */
export const extensions: Readonly<
  Record<string, (cwd: string, env: Readonly<Record<string, string | undefined>>) => Promise<LabExtension>>
> = {
  kafka: async (cwd, env) => (await import('./kafka/extension.ts')).kafkaExtension(cwd, env),
};
