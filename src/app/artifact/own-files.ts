import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorCode, type FileSystem } from '../files/index.ts';

/** What the package itself gives to an artifact. */
export interface OwnFiles {
  readonly version: string;
  readonly program: Uint8Array;
  readonly license: Uint8Array;
}

const bytesAtMost = 64 * 1024 * 1024;

/** Undefined where the router was not built. */
export async function readOwnFiles(files: FileSystem): Promise<OwnFiles | undefined> {
  const root = await packageRoot(files);
  try {
    const [manifest, program, license] = await Promise.all(
      ['package.json', 'dist-router/router.mjs', 'LICENSE'].map((path) =>
        files.readFile(join(root, path), bytesAtMost),
      ),
    );
    if (!manifest || !program || !license) return undefined;
    const { version } = JSON.parse(Buffer.from(manifest).toString('utf8')) as { readonly version: string };
    return { version, program, license };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The folder of package.json, from the sources as from the built chunks. */
async function packageRoot(files: FileSystem): Promise<string> {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    if ((await files.kindOf(join(at, 'package.json'))) === 'file') return at;
    if (dirname(at) === at) throw new Error('package.json is in no folder above the program');
  }
}
