import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeEach, expect, test } from 'vitest';
import {
  beforeEachStep,
  Killed,
  killedAfter,
  processOf,
  temporaryFolder,
  testFiles,
} from '../../../test/support/file-systems.ts';
import { testWith } from '../../../test/tools.ts';
import type { FileSystem } from '../files/index.ts';
import { fileOfArchive } from './archive.ts';
import { type ArtifactStep, makeArtifact } from './make-artifact.ts';
import { runtimeVersion } from './runtime.ts';

let cwd: string;
beforeEach(() => {
  cwd = temporaryFolder();
  writeFileSync(join(cwd, 'node'), 'a runtime');
});

const archive = 'out/lakegate-router-x64.tar.gz';

const make = ({
  files = testFiles,
  id = 1,
  runtime = 'node',
  onStep = () => {},
}: {
  files?: FileSystem;
  id?: number;
  runtime?: string;
  onStep?: (step: ArtifactStep) => void;
} = {}) =>
  makeArtifact(
    { architecture: 'x64', out: 'out', runtime },
    { cwd, files, process: processOf(id), interrupted: new AbortController().signal },
    onStep,
  );

/** Needs the bundle of the router, which is packed. */
const testBuilt = testWith('router-bundle');

testBuilt('the archive, its digest beside it, and what is said of both are of one', async () => {
  const steps: ArtifactStep[] = [];
  const made = await make({ onStep: (step) => steps.push(step) });
  const bytes = readFileSync(join(cwd, archive));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(made).toEqual({ file: archive, sha256, bytes: bytes.length, lakegate: version, node: runtimeVersion });
  expect(readFileSync(join(cwd, `${archive}.sha256`), 'utf8')).toBe(`${sha256}\n`);
  expect(steps).toEqual(['runtime', 'packing']);
  expect(readdirSync(join(cwd, 'out')).sort()).toEqual([
    'lakegate-router-x64.tar.gz',
    'lakegate-router-x64.tar.gz.sha256',
  ]);
  const about = await fileOfArchive(gunzipSync(bytes), 'lakegate-router/version.json');
  expect(JSON.parse(Buffer.from(about ?? []).toString())).toEqual({
    lakegate: version,
    node: runtimeVersion,
    architecture: 'x64',
  });
});

testBuilt('a runtime that cannot be read is a problem before anything is written', async () => {
  expect(await make({ runtime: 'none' })).toMatchObject({
    code: 'LG_ARTIFACT_NO_RUNTIME',
    message: '--runtime none cannot be read (ENOENT)',
  });
  expect(existsSync(join(cwd, 'out'))).toBe(false);
});

test('a router that was not built is a problem', async () => {
  const files = beforeEachStep((method, path) => {
    if (method === 'readFile' && path.endsWith('router.mjs')) throw Object.assign(new Error(), { code: 'ENOENT' });
  });
  expect(await make({ files })).toMatchObject({ code: 'LG_ARTIFACT_BUNDLE' });
});

testBuilt('an output folder that is a file, and one that another run holds, are problems', async () => {
  mkdirSync(join(cwd, 'out/.lakegate-writing/x'), { recursive: true });
  expect(await make()).toMatchObject({ code: 'LG_WRITE_HELD', message: 'another run of lakegate is writing out' });
  cwd = temporaryFolder();
  writeFileSync(join(cwd, 'node'), 'a runtime');
  writeFileSync(join(cwd, 'out'), 'mine');
  expect(await make()).toMatchObject({ code: 'LG_FILE_UNWRITABLE', message: `${archive} cannot be written (ENOTDIR)` });
});

testBuilt('killed anywhere, an archive that is there is whole and has its digest beside it', async () => {
  for (let steps = 0; ; steps++) {
    cwd = temporaryFolder();
    writeFileSync(join(cwd, 'node'), 'a runtime');
    const { files, isKilled } = killedAfter(steps);
    await make({ files }).catch((error) => expect(error).toBeInstanceOf(Killed));
    if (existsSync(join(cwd, archive))) {
      const sha256 = createHash('sha256')
        .update(readFileSync(join(cwd, archive)))
        .digest('hex');
      expect(readFileSync(join(cwd, `${archive}.sha256`), 'utf8')).toBe(`${sha256}\n`);
    }
    expect(await make({ id: 2 })).toMatchObject({ file: archive });
    expect(readdirSync(join(cwd, 'out'))).toHaveLength(2);
    if (!isKilled()) return;
  }
});
