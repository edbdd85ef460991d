import { type Diagnostic, usageProblem } from '../diagnostics/index.ts';
import type { LabExtension } from './extension.ts';

/** By name, loaded on use. To add one: a folder next to this file, and a line here. */
const extensions: Readonly<
  Record<string, (cwd: string, env: Readonly<Record<string, string | undefined>>) => Promise<LabExtension>>
> = {
  kafka: async (cwd, env) => (await import('./kafka/extension.ts')).kafkaExtension(cwd, env),
};

/** Loads extensions by their names. An unknown name is a diagnostic. */
export async function loadExtensions(
  names: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<readonly LabExtension[] | Diagnostic> {
  const known = Object.keys(extensions).sort();
  const found: LabExtension[] = [];
  for (const name of names) {
    const load = Object.hasOwn(extensions, name) ? extensions[name] : undefined;
    if (!load) return usageProblem(`--with ${name} is not known; known extensions: ${known.join(', ')}`);
    found.push(await load(cwd, env));
  }
  return found;
}
