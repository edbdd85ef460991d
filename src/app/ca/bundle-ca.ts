import { basename, dirname, join, resolve } from 'node:path';
import { rootCertificates } from 'node:tls';
import { type Diagnostic, error, unreadable } from '../../diagnostics/index.ts';
import { bundleFileOf } from '../../ir/index.ts';
import { errorCode, held, makeFolders, placeFiles, takeHold, unwritable } from '../files/index.ts';
import { readCaFile, rootsOf } from './ca-file.ts';
import { absent } from './init-ca.ts';
import type { CaContext } from './root-keys.ts';

export interface Bundles {
  /** Our roots alone: one, or two while a rotation is under way. */
  readonly ours: string;
  readonly oursCount: number;
  /** Our roots and the public ones. */
  readonly bundle: string;
  readonly publicCount: number;
}

const publicBytesMax = 4 * 1024 * 1024;
/** A bundle with fewer roots would break every other call of a notebook. */
const publicRootsMin = 20;
const certificate = /-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----/g;

/**
 * Writes what clients trust into a folder: ours alone, and ours with the public roots, which replaces the roots of a client.
 *
 * @param options.publicRoots A file with the public roots. Default: those of Mozilla that come with Node.
 */
export async function bundleCa(
  spec: string,
  options: { readonly out: string; readonly file: string; readonly publicRoots: string | undefined },
  context: CaContext,
): Promise<Bundles | Diagnostic> {
  const read = await readCaFile(spec, context);
  if ('code' in read) return read;
  if (!read.ca) return absent(read);
  const roots = rootsOf(read.ca).map((root) => root.certificate);
  const publics = await publicRoots(options.publicRoots, context);
  if ('code' in publics) return publics;
  const ours = roots.join('');
  const bundle = [...roots, ...publics.map((pem) => `${pem}\n`)].join('');
  const made: Bundles = {
    ours: join(options.out, options.file),
    oursCount: roots.length,
    bundle: join(options.out, bundleFileOf(options.file)),
    publicCount: publics.length,
  };
  const folder = resolve(context.cwd, options.out);
  try {
    await makeFolders(folder, context.files);
    const hold = await takeHold(join(dirname(folder), `.${basename(folder)}.ca.writing`), context);
    if ('heldBy' in hold) return held(options.out, hold);
    try {
      const placed = [
        { path: resolve(context.cwd, made.ours), content: ours },
        { path: resolve(context.cwd, made.bundle), content: bundle },
      ];
      await placeFiles(hold, placed, context.files);
      return made;
    } finally {
      await hold.release();
    }
  } catch (cause) {
    return unwritable(options.out, cause);
  }
}

async function publicRoots(file: string | undefined, context: CaContext): Promise<readonly string[] | Diagnostic> {
  let found: readonly string[];
  if (file === undefined) found = rootCertificates.map((pem) => pem.trimEnd());
  else
    try {
      const text = Buffer.from(await context.files.readFile(resolve(context.cwd, file), publicBytesMax)).toString(
        'latin1',
      );
      found = text.replaceAll('\r\n', '\n').match(certificate) ?? [];
    } catch (cause) {
      const code = errorCode(cause);
      if (code === undefined) throw cause;
      return unreadable(file, code);
    }
  return found.length < publicRootsMin
    ? error(
        'LG_CA_STATE',
        [],
        `${file ?? 'Node'} has ${found.length} certificates: these are not the public roots`,
        'name a file such as /etc/ssl/certs/ca-certificates.crt',
      )
    : [...new Set(found)].sort();
}
