import { X509Certificate } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import type { Diagnostic } from '../../diagnostics/index.ts';
import type { Spec, Target } from '../../spec/index.ts';
import { errorCode, type FileSystem, type WorkingFolder } from '../files/index.ts';

/** A bundle of every public CA has some 250 KB; a file of private ones has a few. */
const bytesMax = 256 * 1024;
/** Certificates that a router reads for one upstream. */
const certificatesMax = 16;

/** A spec with the certificates of the files that it names, and what is wrong with those files. */
export interface SpecWithCas {
  readonly spec: Spec;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the CA files that targets name, each once. Paths are relative to the folder of the spec. */
export async function withCaFiles(spec: Spec, file: string, { cwd, files }: WorkingFolder): Promise<SpecWithCas> {
  const folder = dirname(resolve(cwd, file));
  const read = new Map<string, readonly string[] | string>();
  const diagnostics: Diagnostic[] = [];
  const targets: Target[] = [];
  for (const target of spec.targets) {
    const name = target.upstream?.caFile;
    if (target.upstream === undefined || name === undefined) {
      targets.push(target);
      continue;
    }
    const found = read.get(name) ?? (await certificatesOf(name, folder, files));
    read.set(name, found);
    if (typeof found === 'string')
      diagnostics.push({
        code: 'LG_CA_FILE',
        severity: 'error',
        path: ['targets', target.name, 'upstream', 'ca'],
        message: `${name} ${found}`,
        hint: 'write the path of a PEM file with the certificates of the CA, relative to the folder of the spec',
      });
    targets.push({ ...target, upstream: { ...target.upstream, ca: typeof found === 'string' ? [] : found } });
  }
  return { spec: { ...spec, targets }, diagnostics };
}

/** The certificates of a file as PEM, or why there are none. */
async function certificatesOf(name: string, folder: string, files: FileSystem): Promise<readonly string[] | string> {
  const outside = await linkOn(name, folder, files);
  if (outside !== undefined)
    return `is reached through the link ${outside}, which may lead out of the folder of the spec`;
  const text = await textOf(join(folder, name), files);
  if (typeof text !== 'string') return unreadable(text.code);
  return certificatesIn(text);
}

/** The first part of the path that is a link: a spec from elsewhere must not read any file of this machine. */
async function linkOn(name: string, folder: string, files: FileSystem): Promise<string | undefined> {
  const parts = name.split('/');
  for (const [at] of parts.entries()) {
    const part = parts.slice(0, at + 1).join('/');
    if ((await files.kindOf(join(folder, part))) === 'link') return part;
  }
  return undefined;
}

async function textOf(path: string, files: FileSystem): Promise<string | { readonly code: string }> {
  try {
    return Buffer.from(await files.readFile(path, bytesMax)).toString('latin1');
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    return { code };
  }
}

function unreadable(code: string): string {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'does not exist in the folder of the spec';
    case 'EISDIR':
      return 'is a folder';
    case 'EFBIG':
      return `has more than ${bytesMax} bytes`;
    case 'EINVAL':
      return 'is not a regular file';
    case 'EACCES':
    case 'EPERM':
      return 'may not be read by this user';
    default:
      return `cannot be read (${code})`;
  }
}

function certificatesIn(text: string): readonly string[] | string {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return 'has a private key; write only the certificates into it';
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) return 'has no certificate in PEM (-----BEGIN CERTIFICATE-----)';
  if (blocks.length > certificatesMax) return `has ${blocks.length} certificates; the maximum is ${certificatesMax}`;
  const certificates: string[] = [];
  for (const [at, block] of blocks.entries()) {
    const certificate = parsed(block);
    if (!certificate) return `has a certificate that cannot be read (number ${at + 1})`;
    certificates.push(certificate.toString());
  }
  return [...new Set(certificates)];
}

function parsed(block: string): X509Certificate | undefined {
  try {
    return new X509Certificate(block);
  } catch {
    return undefined;
  }
}
