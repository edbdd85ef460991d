import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { expect, test } from 'vitest';

const root = 'src';

/** Which folders of src a folder may import, and why. The reason keeps the rule alive. */
const layers: Record<string, { readonly may: readonly string[]; readonly why: string }> = {
  diagnostics: { may: [], why: 'imported by all, so it can import none' },
  ir: { may: ['diagnostics'], why: 'every engine and emitter reads it; it must not drag a planner along' },
  facts: { may: ['ir', 'diagnostics'], why: 'numbers with a source; only the names of the limits come from ir' },
  spec: { may: ['ir', 'diagnostics'], why: 'a spec is read the same whatever is planned from it' },
  topology: {
    may: ['ir', 'diagnostics'],
    why: 'planner, doctor and lab walk the same graph, filled from different sources',
  },
  estimate: {
    may: ['ir', 'facts', 'diagnostics'],
    why: 'counts and prices what was planned; a plan never depends on how it is measured',
  },
  planner: {
    may: ['spec', 'ir', 'facts', 'topology', 'estimate', 'diagnostics'],
    why: 'pure: lab, console and tests run it with no cloud',
  },
  router: { may: ['ir', 'diagnostics'], why: 'runs alone on a small machine, with no SDK beside it' },
  emit: {
    may: ['ir', 'facts', 'diagnostics'],
    why: 'output depends on the plan alone, so the plan can be proved once',
  },
  aws: { may: ['ir', 'diagnostics'], why: 'thin clients behind interfaces' },
  databricks: { may: ['ir', 'diagnostics'], why: 'thin clients behind interfaces' },
  sim: {
    may: ['ir', 'facts', 'topology', 'aws', 'databricks', 'diagnostics'],
    why: 'a model of the clouds must not agree with the planner by sharing it',
  },
  lab: {
    may: ['spec', 'planner', 'topology', 'router', 'sim', 'emit', 'ir', 'diagnostics'],
    why: 'puts the real parts together; nothing imports it but the cli',
  },
  cli: {
    may: [
      'spec',
      'planner',
      'estimate',
      'topology',
      'router',
      'sim',
      'emit',
      'lab',
      'ir',
      'facts',
      'aws',
      'databricks',
      'diagnostics',
    ],
    why: 'the edge: everything meets here',
  },
};

/** The pure folders: what they need comes in as an argument. */
const pure = ['spec', 'ir', 'planner', 'estimate', 'topology', 'emit', 'facts', 'diagnostics', `router${sep}protocols`];

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join(folder, file));
}

function imports(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((found) => found[1] ?? '');
}

const folders = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

test('every folder of src has its rule', () => {
  expect(folders.filter((folder) => !Object.hasOwn(layers, folder))).toEqual([]);
});

test.each(folders)('%s imports only what it may', (folder) => {
  const rule = layers[folder];
  const wrong = sources(join(root, folder)).flatMap((file) =>
    imports(file)
      .filter((to) => to.startsWith('.'))
      .map((to) => relative(root, resolve(dirname(file), to)).split(sep)[0] ?? '')
      .filter((to) => to !== folder && !(rule?.may ?? []).includes(to))
      .map((to) => `${file} imports ${to}`),
  );
  expect(wrong, rule?.why).toEqual([]);
});

test('pure folders import nothing of Node', () => {
  const wrong = sources(root)
    .filter((file) => pure.some((folder) => file.startsWith(join(root, folder) + sep)))
    .flatMap((file) =>
      imports(file)
        .filter((to) => to.startsWith('node:'))
        .map((to) => `${file} imports ${to}`),
    );
  expect(wrong, 'no I/O, clock or environment: the same input gives the same bytes').toEqual([]);
});
