import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { packArchive } from './archive.ts';
import { type Architecture, runtimeVersion } from './runtime.ts';

export interface ArtifactParts {
  readonly architecture: Architecture;
  /** lakegate's own. */
  readonly version: string;
  /** The router as one module. */
  readonly program: Uint8Array;
  /** The node binary. */
  readonly runtime: Uint8Array;
  readonly license: Uint8Array;
}

export interface Artifact {
  readonly bytes: Uint8Array;
  /** Lower case hexadecimal. */
  readonly sha256: string;
}

/** The folder that every path of the archive begins with. */
const root = 'lakegate-router';

/** Starts the router with the runtime beside it, wherever the archive was unpacked. */
const launcher = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/node" "$here/../lib/router.mjs" "$@"
`;

/** Packs the router and its runtime: the same parts give the same bytes under the same Node. */
export async function buildArtifact({
  architecture,
  version,
  program,
  runtime,
  license,
}: ArtifactParts): Promise<Artifact> {
  const about = { lakegate: version, node: runtimeVersion, architecture };
  const archive = await packArchive([
    { path: `${root}/bin/lakegate-router`, bytes: Buffer.from(launcher), executable: true },
    { path: `${root}/bin/node`, bytes: runtime, executable: true },
    { path: `${root}/lib/router.mjs`, bytes: program },
    { path: `${root}/version.json`, bytes: Buffer.from(`${JSON.stringify(about, null, 2)}\n`) },
    { path: `${root}/LICENSE`, bytes: license },
  ]);
  const bytes = await promisify(gzip)(archive, { level: 6 });
  bytes[9] = 255; // the system that packed it: unknown, so that it does not show
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}
