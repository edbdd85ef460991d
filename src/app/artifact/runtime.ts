import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { fileOfArchive } from './archive.ts';

export const architectures = ['arm64', 'x64'] as const;
export type Architecture = (typeof architectures)[number];

/** The Node that runs the router: the version that the tests run on. */
export const runtimeVersion = '24.21.0';

/** What the npm registry says of `node-linux-<arch>` in that version: other bytes are refused. */
const integrity: Readonly<Record<Architecture, string>> = {
  arm64: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  x64: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
};

/** Milliseconds that npm may take for about 50 MB. */
const npmMs = 300_000;

/** The node binary of a package as npm gives it, or why it cannot be had. */
export async function npmRuntime(
  architecture: Architecture,
  signal?: AbortSignal,
): Promise<{ readonly bytes: Uint8Array } | { readonly why: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'lakegate-runtime-'));
  try {
    const name = `node-linux-${architecture}@${runtimeVersion}`;
    // From npm's cache where it is there: then no network is needed.
    const args = ['pack', name, '--prefer-offline', '--silent', '--pack-destination', folder];
    await promisify(execFile)('npm', args, { timeout: npmMs, maxBuffer: 2 ** 20, ...(signal && { signal }) });
    const [archive] = (await readdir(folder)).filter((file) => file.endsWith('.tgz'));
    if (archive === undefined) return { why: `npm pack ${name} left no archive` };
    const packed = await readFile(join(folder, archive));
    const found = `sha512-${createHash('sha512').update(packed).digest('base64')}`;
    if (found !== integrity[architecture]) return { why: `${name} is ${found}, not the bytes that lakegate pins` };
    const binary = await fileOfArchive(await promisify(gunzip)(packed), 'package/bin/node');
    return binary ? { bytes: binary } : { why: `${name} holds no bin/node` };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return { why: `npm pack node-linux-${architecture}@${runtimeVersion}: ${code ?? ''} ${message.split('\n')[0]}` };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
