import {
  type CaContext,
  cloudsOf,
  type PlannedCa,
  passphraseVariable,
  planCa,
  type WrittenCa,
} from '../app/ca/index.ts';
import type { ExitCode } from './command.ts';
import type { Context } from './context.ts';
import { showNoPlan } from './load-plan.ts';
import { refuse } from './refuse.ts';

/** `--passphrase-file FILE`, the same on every command that uses the root key. */
export const passphraseArg = {
  kind: 'text',
  value: 'FILE',
  help: `the passphrase of a root key in a file; default: the variable ${passphraseVariable}`,
} as const;

/** Runs a command with what the use cases of the CA need, and ends what it has opened. */
export async function withCa(
  context: Context,
  passphraseFile: string | undefined,
  run: (machine: CaContext) => Promise<ExitCode>,
): Promise<ExitCode> {
  const clouds = cloudsOf(context.env);
  try {
    return await run({
      ...{ cwd: context.cwd, files: context.files, process: context.process, clouds },
      nowMs: (context.nowMs ?? Date.now)(),
      passphraseFrom: { file: passphraseFile, env: context.env },
    });
  } finally {
    clouds.close();
  }
}

/** What the spec says of its CA; undefined where there is none, and everything is printed. */
export async function plannedCa(file: string, json: boolean, context: Context): Promise<PlannedCa | undefined> {
  const planned = await planCa(file, context);
  if ('code' in planned) refuse(planned, json, context);
  else if ('lockFile' in planned) showNoPlan(planned, json, context);
  else return planned;
  return undefined;
}

/** Says what was written, and what is to be done with it. */
export function noteWritten({ file, keyFile }: WrittenCa, context: Context): void {
  if (keyFile !== undefined)
    context.note(`wrote ${keyFile}: the encrypted key of the root. Do not commit it; keep it and its passphrase apart`);
  context.note(`wrote ${file}: commit it`);
}
