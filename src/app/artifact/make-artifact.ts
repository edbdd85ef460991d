import { dirname, join, resolve } from 'node:path';
import type { Code, Diagnostic } from '../../diagnostics/index.ts';
import {
  errorCode,
  type HoldContext,
  held,
  makeFolders,
  placeFiles,
  takeHold,
  unwritable,
  type WorkingFolder,
} from '../files/index.ts';
import { type Artifact, buildArtifact } from './build.ts';
import { readOwnFiles } from './own-files.ts';
import { type Architecture, npmRuntime, runtimeVersion } from './runtime.ts';

export interface ArtifactRequest {
  readonly architecture: Architecture;
  /** The output folder as the user gave it. */
  readonly out: string;
  /** A node binary, instead of the npm package. */
  readonly runtime?: string | undefined;
}

/** What is being done: it takes some seconds. */
export type ArtifactStep = 'runtime' | 'packing';

export interface WrittenArtifact {
  readonly file: string;
  /** Lower case hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
  /** Version of lakegate. */
  readonly lakegate: string;
  /** Version of the runtime. */
  readonly node: string;
}

export interface ArtifactContext extends WorkingFolder, HoldContext {
  /** Ends the download of the runtime. */
  readonly interrupted: AbortSignal;
}

/** Packs the router with its runtime, and writes the archive and a file with its digest. */
export async function makeArtifact(
  { architecture, out, runtime }: ArtifactRequest,
  context: ArtifactContext,
  onStep: (step: ArtifactStep) => void = () => {},
): Promise<WrittenArtifact | Diagnostic> {
  const own = await readOwnFiles(context.files);
  if (!own) return problem('LG_ARTIFACT_BUNDLE', 'dist-router/router.mjs is missing: run npm ci or npm run build');
  onStep('runtime');
  const node =
    runtime === undefined ? await npmRuntime(architecture, context.interrupted) : await runtimeOf(runtime, context);
  if ('why' in node) return problem('LG_ARTIFACT_NO_RUNTIME', node.why);
  onStep('packing');
  const made = await buildArtifact({ architecture, ...own, runtime: node.bytes });
  const file = join(out, `lakegate-router-${architecture}.tar.gz`);
  return (
    (await write(file, made, context)) ?? {
      file,
      sha256: made.sha256,
      bytes: made.bytes.length,
      lakegate: own.version,
      node: runtimeVersion,
    }
  );
}

const problem = (code: Code, message: string): Diagnostic => ({ code, severity: 'error', path: [], message });

/** A node binary is about 120 MB. */
const runtimeBytesAtMost = 1024 ** 3;

async function runtimeOf(
  file: string,
  { cwd, files }: WorkingFolder,
): Promise<{ readonly bytes: Uint8Array } | { readonly why: string }> {
  try {
    return { bytes: await files.readFile(resolve(cwd, file), runtimeBytesAtMost) };
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    return { why: `--runtime ${file} cannot be read (${code})` };
  }
}

/** The archive comes last: where it is, its digest is beside it. */
async function write(
  file: string,
  { bytes, sha256 }: Artifact,
  { cwd, ...context }: ArtifactContext,
): Promise<Diagnostic | undefined> {
  const path = resolve(cwd, file);
  const { files } = context;
  try {
    await makeFolders(dirname(path), files);
    const hold = await takeHold(join(dirname(path), '.lakegate-writing'), context);
    if ('heldBy' in hold) return held(dirname(file), hold);
    try {
      const digest = { path: `${path}.sha256`, content: `${sha256}\n` };
      await placeFiles(hold, [digest, { path, content: bytes }], files);
      return undefined;
    } finally {
      await hold.release();
    }
  } catch (error) {
    return unwritable(file, error);
  }
}
