import { X509Certificate } from 'node:crypto';
import { dirname, join } from 'node:path';
import { type Diagnostic, error } from '../../diagnostics/index.ts';
import { createAuthority } from '../../pki/index.ts';
import { type Ca, type CaFile, type CaRoot, type FileBeside, readCaFile, writeCaFile } from './ca-file.ts';
import { awsProblem } from './clouds.ts';
import type { PlannedCa } from './planned.ts';
import { type CaContext, type KeyWish, newRootKey, primitives, type RootKey, rootKeyOf } from './root-keys.ts';

/** Written files, as shown to the user. */
export interface WrittenCa {
  /** The public part. */
  readonly file: string;
  /** The encrypted key of a new root: a secret. */
  readonly keyFile?: string;
}

export interface MadeCa extends WrittenCa {
  readonly ca: Ca;
}

/** Makes a root with a new key, for the names of the plan. */
export async function initCa(
  spec: string,
  { planned, wish }: { readonly planned: PlannedCa; readonly wish: KeyWish },
  context: CaContext,
): Promise<MadeCa | Diagnostic> {
  const read = await readCaFile(spec, context);
  if ('code' in read) return read;
  if (read.ca)
    return error(
      'LG_CA_EXISTS',
      [],
      `${read.file} is there: it has the root ${read.ca.current.id}`,
      'for other names or more days run lakegate ca init --reissue; for another key run lakegate ca rotate',
    );
  const made = await newRoot(planned, { wish, caFile: read.file }, context);
  if ('code' in made) return made;
  const { root, key } = made;
  const ca: Ca = { version: 1, name: planned.name, current: root, phase: 'steady', since: isoOf(context.nowMs) };
  const { beside } = key;
  const problem = await writeCaFile(read, ca, { ...context, ...(beside && { beside }) });
  return problem ?? { ca, ...writtenTo(read, beside) };
}

/**
 * Makes new certificates for the keys of the roots that sign, or will: for names that have come, or before the old ones end.
 * What the keys have signed stays good under them.
 */
export async function reissueCa(spec: string, planned: PlannedCa, context: CaContext): Promise<MadeCa | Diagnostic> {
  const read = await readCaFile(spec, context);
  if ('code' in read) return read;
  const { ca } = read;
  if (!ca) return absent(read);
  const current = await reissued(ca.current, { planned, caFile: read.file }, context);
  if ('code' in current) return current;
  const next = ca.next && (await reissued(ca.next, { planned, caFile: read.file }, context));
  if (next && 'code' in next) return next;
  const changed: Ca = { ...ca, current, ...(next && { next }) };
  return (await writeCaFile(read, changed, context)) ?? { ca: changed, file: read.file };
}

async function reissued(
  root: CaRoot,
  { planned, caFile }: { readonly planned: PlannedCa; readonly caFile: string },
  context: CaContext,
): Promise<CaRoot | Diagnostic> {
  const key = await rootKeyOf(root, caFile, context);
  if ('code' in key) return key;
  try {
    return await rootWith(key, planned, context.nowMs);
  } catch (cause) {
    return awsProblem(cause, mayNotSign);
  }
}

/** A root with a new key, not written yet. */
export async function newRoot(
  planned: PlannedCa,
  { wish, caFile }: { readonly wish: KeyWish; readonly caFile: string },
  context: CaContext,
): Promise<{ readonly root: CaRoot; readonly key: RootKey } | Diagnostic> {
  const key = await newRootKey(wish, caFile, context);
  if ('code' in key) return key;
  try {
    return { root: await rootWith(key, planned, context.nowMs), key };
  } catch (cause) {
    return awsProblem(cause, mayNotSign);
  }
}

/** @throws AwsCallError where KMS refuses to sign. */
async function rootWith({ signer, id, key }: RootKey, { inspection }: PlannedCa, nowMs: number): Promise<CaRoot> {
  const { ca, names } = inspection;
  const options = { subject: { commonName: ca.subject }, nowMs, days: ca.days, names, pathLength: 1 };
  const { certificate } = await createAuthority(signer, options, primitives);
  const made = new X509Certificate(certificate.pem);
  // Looked at, not believed: the signature may come from another machine.
  if (!made.verify(made.publicKey)) throw new Error('the key gave a signature that does not verify');
  return { id, certificate: certificate.pem, names: [...names], key };
}

export const mayNotSign = 'check that the credentials may call kms:Sign on the key of the root';

/** The public part, and the key that stands in its folder. */
export const writtenTo = ({ file }: CaFile, beside: FileBeside | undefined): WrittenCa => ({
  file,
  ...(beside && { keyFile: join(dirname(file), beside.name) }),
});

export const absent = ({ file }: CaFile): Diagnostic =>
  error('LG_CA_ABSENT', [], `${file} is not there`, 'lakegate ca init makes a CA');

export const isoOf = (ms: number): string => new Date(ms).toISOString();
