import { X509Certificate } from 'node:crypto';
import { type Diagnostic, error } from '../../diagnostics/index.ts';
import { createAuthority } from '../../pki/index.ts';
import { type Ca, type CaFile, type CaRoot, readCaFile, writeCaFile } from './ca-file.ts';
import { awsProblem } from './clouds.ts';
import type { PlannedCa } from './planned.ts';
import { type CaContext, type KeyWish, newRootKey, primitives, type RootKey, rootKeyOf } from './root-keys.ts';

export interface MadeCa {
  /** Written files, as shown to the user. */
  readonly files: readonly string[];
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
  if (read.ca) return error('LG_CA_EXISTS', [], `${read.file} is there: it has the root ${read.ca.current.id}`);
  const made = await newRoot(planned, { wish, caFile: read.file }, context);
  if ('code' in made) return made;
  const { root, key } = made;
  const ca: Ca = { version: 1, name: planned.name, current: root, phase: 'steady', since: isoOf(context.nowMs) };
  const { beside } = key;
  const problem = await writeCaFile(read, ca, { ...context, ...(beside && { beside }) });
  return problem ?? { ca, files: [...(beside ? [beside.name] : []), read.file] };
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
  return (await writeCaFile(read, changed, context)) ?? { ca: changed, files: [read.file] };
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

export const absent = ({ file }: CaFile): Diagnostic =>
  error('LG_CA_ABSENT', [], `${file} is not there`, 'lakegate ca init makes a CA');

export const isoOf = (ms: number): string => new Date(ms).toISOString();
