import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeFiles } from '../../src/app/files/index.ts';
import { planDocument, planDocumentShape, planSpecFile } from '../../src/app/planning/index.ts';
import { everyOutput } from './every-output.ts';

const root = import.meta.dirname;
const cases = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** A golden file that no test reads has no effect. */
const casesAtMost = 40;

const tree = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file.slice(folder.length + 1), readFileSync(file, 'utf8')]),
  );

test('there are few enough cases to read, and each says why it is there', () => {
  expect(cases.length).toBeLessThanOrEqual(casesAtMost);
  for (const name of cases)
    expect(readFileSync(join(root, name, 'why.txt'), 'utf8').trim(), name).toMatch(/^.{20,}\.$/);
});

test.each(cases)('%s', async (name) => {
  const folder = join(root, name);
  const made = await everyOutput(join(folder, 'spec.yaml'));
  if (process.env.UPDATE_GOLDEN) {
    rmSync(join(folder, 'out'), { recursive: true, force: true });
    for (const [file, text] of Object.entries(made)) {
      mkdirSync(dirname(join(folder, 'out', file)), { recursive: true });
      writeFileSync(join(folder, 'out', file), text);
    }
  }
  expect(made).toEqual(tree(join(folder, 'out'))); // a missing or an extra file fails too
});

test.each(cases)('%s: the document of plan --json keeps its schema', async (name) => {
  const document = planDocument(
    await planSpecFile('spec.yaml', { cwd: join(root, name), files: nodeFiles }, { acceptNotYet: true }),
  );
  const checked = planDocumentShape.safeParse(JSON.parse(JSON.stringify(document)));
  expect(checked.error?.issues ?? []).toEqual([]);
});

test.each(cases)('%s: with the lock it gave, the plan comes out the same', async (name) => {
  const folder = mkdtempSync(join(tmpdir(), 'lakegate-golden-'));
  try {
    const out = join(root, name, 'out');
    cpSync(join(root, name), folder, { recursive: true, filter: (from) => from !== out }); // the spec, and files it names
    const { 'lock.json': lock, ...first } = tree(join(root, name, 'out'));
    if (lock === undefined) return; // an expected refusal has no lock
    writeFileSync(join(folder, 'spec.lock.json'), lock);
    const second = await everyOutput(join(folder, 'spec.yaml'));
    expect(second['lock.json']).toBe(lock);
    expect(second['routes.json']).toBe(first['routes.json']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
