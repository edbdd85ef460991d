import { createHash, X509Certificate } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { type Diagnostic, error, unreadable } from '../../diagnostics/index.ts';
import {
  errorCode,
  type HoldContext,
  held,
  placeFiles,
  takeHold,
  unwritable,
  type WorkingFolder,
} from '../files/index.ts';
import { isStandardInput } from '../planning/index.ts';

const pem = z
  .string()
  .max(32_768)
  .regex(/^-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----\n$/);

const rootShape = z.strictObject({
  /** The first 16 hexadecimal digits of the SHA-256 of its public key. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  certificate: pem,
  /** The names for which it may be used, each with all names below it. */
  names: z.array(z.string().max(253)).min(1).max(10_000),
  key: z.discriminatedUnion('by', [
    /** Encrypted, in a file of this name in the folder of this file. */
    z.strictObject({ by: z.literal('file'), name: z.string().regex(/^[\w.-]{1,200}$/) }),
    /** In KMS, by an id, ARN or alias. */
    z.strictObject({ by: z.literal('kms'), key: z.string().min(1).max(2048), region: z.string().max(32) }),
  ]),
});

/** The public part of a CA: no secret is in it. It is committed with the spec. */
const caShape = z.strictObject({
  version: z.literal(1),
  /** Of the spec. */
  name: z.string().max(64),
  /** The root that signs. */
  current: rootShape,
  /** Where the rotation is: nothing changes; the next root is delivered too; the next has become the current one. */
  phase: z.enum(['steady', 'published', 'switched']),
  /** When the phase began. */
  since: z.iso.datetime(),
  /** In `published`: the root that will sign. */
  next: rootShape.optional(),
  /** In `switched`: the root that signed before. */
  previous: rootShape.optional(),
});

export type CaRoot = z.output<typeof rootShape>;
export type Ca = z.output<typeof caShape>;

/** The public part of a CA as found next to a spec. */
export interface CaFile {
  /** As shown to the user. */
  readonly file: string;
  readonly text?: string;
  /** Absent where there is none. */
  readonly ca?: Ca;
}

const bytesAtMost = 4 * 1024 * 1024;

/** `lakegate.yaml` has `lakegate.ca.json` in its folder, `prod.yaml` has `prod.ca.json`. */
const caFileOf = (spec: string): string =>
  `${isStandardInput(spec) ? 'lakegate' : spec.replace(/\.ya?ml$/, '')}.ca.json`;

/** Whether there is no CA next to a spec, not even one that cannot be read. */
export const lacksCa = async (spec: string, { cwd, files }: WorkingFolder): Promise<boolean> =>
  (await files.kindOf(resolve(cwd, caFileOf(spec))).catch(() => undefined)) === undefined;

/** Reads the public part of the CA of a spec. That there is none is not a problem of reading. */
export async function readCaFile(spec: string, { cwd, files }: WorkingFolder): Promise<CaFile | Diagnostic> {
  const file = caFileOf(spec);
  let text: string;
  try {
    text = Buffer.from(await files.readFile(resolve(cwd, file), bytesAtMost)).toString('utf8');
  } catch (cause) {
    const code = errorCode(cause);
    if (code === 'ENOENT') return { file };
    if (code === undefined) throw cause;
    return unreadable(file, code);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return broken(file, 'is not JSON');
  }
  const read = caShape.safeParse(value);
  if (!read.success) {
    const places = read.error.issues.slice(0, 5).map(({ path }) => path.join('.') || 'the file');
    return broken(file, `does not have the form that lakegate ca init writes: see ${[...new Set(places)].join(', ')}`);
  }
  const ca = read.data;
  if (
    (ca.phase === 'published') !== (ca.next !== undefined) ||
    (ca.phase === 'switched') !== (ca.previous !== undefined)
  )
    return broken(file, `is in the phase ${ca.phase} and does not hold the roots of that phase`);
  const wrong = rootsOf(ca).find((root) => idOfCertificate(root.certificate) !== root.id);
  return wrong
    ? broken(file, `has the root ${wrong.id} with a certificate that is not of its key`)
    : { file, text, ca };
}

/** The roots that clients are to trust: the current one first. */
export const rootsOf = (ca: Ca): readonly CaRoot[] =>
  [ca.current, ca.next, ca.previous].flatMap((root) => (root ? [root] : []));

/** What a root is known by: a part of the digest of its public key (SubjectPublicKeyInfo in DER). */
export const idOfKey = (publicKey: Uint8Array): string =>
  createHash('sha256').update(publicKey).digest('hex').slice(0, 16);

function idOfCertificate(text: string): string | undefined {
  try {
    return idOfKey(new X509Certificate(text).publicKey.export({ type: 'spki', format: 'der' }));
  } catch {
    return undefined;
  }
}

/** A file to write together with the public part, such as an encrypted key. */
export interface FileBeside {
  /** Name in the folder of the public part. */
  readonly name: string;
  readonly content: string;
  readonly mode: number;
}

/**
 * Writes the public part over the one that was read, whole or not at all; what stands beside it comes first. A file that has
 * changed since it was read is left alone: another run has done something, and one of the two would be lost.
 */
export async function writeCaFile(
  read: CaFile,
  ca: Ca,
  { beside, ...context }: WorkingFolder & HoldContext & { readonly beside?: FileBeside },
): Promise<Diagnostic | undefined> {
  const { cwd, files } = context;
  const path = resolve(cwd, read.file);
  try {
    const hold = await takeHold(join(dirname(path), `.${basename(path)}.writing`), context);
    if ('heldBy' in hold) return held(read.file, hold);
    try {
      const now = (await files.kindOf(path)) && Buffer.from(await files.readFile(path, bytesAtMost)).toString('utf8');
      if (now !== read.text)
        return error(
          'LG_CA_STATE',
          [],
          `${read.file} has changed since it was read; it was not written`,
          'run the command again',
        );
      if (beside && (await files.kindOf(join(dirname(path), beside.name))))
        return error('LG_CA_EXISTS', [], `${beside.name} is there already and is never written over`);
      const text = `${JSON.stringify(ca, null, 2)}\n`;
      const first = beside
        ? [{ path: join(dirname(path), beside.name), content: beside.content, mode: beside.mode }]
        : [];
      await placeFiles(hold, [...first, { path, content: text }], files);
      return undefined;
    } finally {
      await hold.release();
    }
  } catch (cause) {
    return unwritable(read.file, cause);
  }
}

export const broken = (file: string, what: string): Diagnostic =>
  error('LG_CA_STATE', [], `${file} ${what}`, 'restore it from the repository');
