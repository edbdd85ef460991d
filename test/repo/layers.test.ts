import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { importsOf, sourceFiles } from '../support/imports.ts';

/** What the core shares: every part may read the plans and report problems. */
const plans = ['ir', 'diagnostics'];

/** What a folder of src may import, and why. The reason keeps the rule alive. A folder inside another is named by its path. */
const layers: Readonly<Record<string, { readonly may: readonly string[]; readonly why: string }>> = {
  diagnostics: { may: [], why: 'imported by all, so it can import none' },
  ir: { may: ['diagnostics'], why: 'every engine and emitter reads it; it must not drag a planner along' },
  facts: { may: plans, why: 'numbers with a source; only the names of the limits come from ir' },
  spec: { may: plans, why: 'a spec is read the same whatever is planned from it' },
  routing: { may: plans, why: 'router, topology and emitters decide by one table, so it can know none of them' },
  topology: {
    may: ['routing', ...plans],
    why: 'planner, observe and lab walk the same graph, filled from different sources',
  },
  proof: {
    may: ['spec', 'facts', 'topology', 'routing', ...plans],
    why: 'it judges what the planner made, so it shares nothing with the planner',
  },
  estimate: {
    may: ['facts', ...plans],
    why: 'counts and prices what was planned; a plan never depends on how it is measured',
  },
  'planner/naming': { may: plans, why: 'a name follows from the key of a thing, whatever the plan' },
  'planner/lock/file': {
    may: ['planner/naming', 'spec', ...plans],
    why: 'the format of a lock is read, checked and compared without planning',
  },
  'planner/access': {
    may: ['planner/lock/file', 'planner/naming', 'spec', 'facts', ...plans],
    why: 'who shares an NCC is decided before anything is placed',
  },
  'planner/placement': {
    may: ['planner/access', 'spec', 'facts', ...plans],
    why: 'places what it is given on what is held, wherever that comes from',
  },
  'planner/lock': {
    may: ['planner/lock/file', 'planner/naming', 'planner/access', 'planner/placement', 'spec', 'facts', ...plans],
    why: 'what is held goes into a placement, and keys and ports of what came out of it into the next lock',
  },
  'planner/write': {
    may: [
      ...['planner/lock', 'planner/lock/file', 'planner/naming', 'planner/access', 'planner/placement'],
      ...['spec', 'facts', ...plans],
    ],
    why: 'writes down what was decided',
  },
  'planner/change': {
    may: ['planner/lock/file', 'topology', 'estimate', ...plans],
    why: 'compares plans that are made, whoever made them',
  },
  planner: {
    may: [
      ...[
        'planner/change',
        'planner/write',
        'planner/lock',
        'planner/lock/file',
        'planner/access',
        'planner/placement',
      ],
      ...['spec', 'facts', 'topology', 'proof', 'estimate', ...plans],
    ],
    why: 'pure: lab, app and tests run it with no cloud',
  },
  'emit/terraform': {
    may: ['facts', 'routing', ...plans],
    why: 'output depends on the plan alone, so the plan can be proved once',
  },
  'emit/snippets': {
    may: ['facts', 'routing', ...plans],
    why: 'what is pasted follows from the plan, as Terraform does',
  },
  pki: { may: ['ir'], why: 'router and lab make certificates by it; it knows neither' },
  router: { may: ['routing', 'pki', ...plans], why: 'runs alone on a small machine, with no SDK next to it' },
  aws: { may: plans, why: 'thin clients behind interfaces' },
  databricks: { may: plans, why: 'thin clients behind interfaces' },
  observe: {
    may: ['aws', 'databricks', 'topology', ...plans],
    why: 'reads what is there; an idea of what should be there would colour it',
  },
  'sim/aws': { may: ['ir', 'facts'], why: 'a model of the cloud must not agree with the planner by sharing it' },
  'sim/databricks': {
    may: ['sim/aws', 'ir', 'facts'],
    why: 'Databricks makes endpoints in AWS; AWS knows nothing of it',
  },
  'sim/terraform': {
    may: ['sim/aws', 'sim/databricks', 'ir', 'facts'],
    why: 'a provider in front of the two accounts; the accounts work without it',
  },
  'sim/fill': {
    may: ['sim/aws', 'sim/databricks', 'ir', 'facts'],
    why: 'a second hand that builds what Terraform builds: it may not copy from the emitter',
  },
  'sim/network': {
    may: ['sim/aws', 'sim/databricks', 'ir', 'facts'],
    why: 'carries bytes over what the two accounts hold, however it came there',
  },
  lab: {
    may: [
      ...['spec', 'facts', 'routing', 'topology', 'proof', 'planner', 'emit/terraform', 'emit/snippets'],
      ...['pki', 'router', 'aws', 'databricks', 'observe'],
      ...['sim/aws', 'sim/databricks', 'sim/terraform', 'sim/fill', 'sim/network'],
      ...plans,
    ],
    why: 'puts the real parts together on one machine; nothing but the faces imports it',
  },
  app: {
    may: [
      ...['spec', 'facts', 'routing', 'topology', 'proof', 'estimate', 'planner', 'emit/terraform', 'emit/snippets'],
      ...['pki', 'router', 'aws', 'databricks', 'observe'],
      ...plans,
    ],
    why: 'what a command does, for any face: it works without a terminal and without the lab',
  },
  console: { may: ['app', ...plans], why: 'shows in a browser what app reads; it works without a terminal' },
  cli: {
    may: ['app', 'lab', 'console', ...plans],
    why: 'parses arguments and renders; what a command does is in app or lab',
  },
};

const units = Object.keys(layers).sort((one, other) => other.length - one.length);

/** The folder of the table that holds a file; what the table has no row for is named by its first two folders. */
function unitOf(file: string): string {
  const path = file.replace(/^src\//, '');
  return units.find((unit) => path.startsWith(`${unit}/`)) ?? path.split('/').slice(0, 2).join('/');
}

const files = sourceFiles('src');

test('every file of src is in a folder that has its rule', () => {
  expect(files.filter((file) => !Object.hasOwn(layers, unitOf(file)))).toEqual([]);
});

test.each(Object.entries(layers))('%s imports only what it may', (unit, { may, why }) => {
  const wrong = files
    .filter((file) => unitOf(file) === unit)
    .flatMap(importsOf)
    .filter(({ to }) => to?.startsWith('src/') && unitOf(to) !== unit && !may.includes(unitOf(to)));
  expect(
    wrong.map(({ from, to }) => `${from} imports ${to}`),
    why,
  ).toEqual([]);
});

test('the table names only folders that are there', () => {
  expect(units.filter((unit) => !existsSync(`src/${unit}`))).toEqual([]);
});

/** Folders inside one: each imports only those before it. What is in the folder itself may import all of them. */
const orders: Readonly<Record<string, { readonly order: readonly string[]; readonly why: string }>> = {
  router: {
    order: ['protocols', 'opening', 'upstreams', 'flows', 'inspect', 'carry', 'admin', 'workers'],
    why: 'the way of a connection: it is read, decided, dialled and carried, and recorded',
  },
  app: {
    order: [
      'files',
      'planning',
      'queries',
      'synth',
      'ca',
      'check',
      'change',
      'artifact',
      'init',
      'msk',
      'router',
      'flows',
      'watch',
    ],
    why: 'use cases stand next to each other; what they share is planning and files',
  },
  'emit/terraform': { order: ['language', 'sections', 'files', 'roots'], why: 'a root is a list of sections' },
  console: {
    order: ['view', 'page'],
    why: 'the page and its server share what is true of a list of flows, wherever it is shown',
  },
  cli: { order: ['render', 'commands'], why: 'rendering takes values and gives text; it knows no command' },
};

test.each(Object.entries(orders))('the folders inside %s import only those before them', (unit, { order, why }) => {
  const inside = (file: string): string | undefined => {
    const [folder, ...rest] = file.startsWith(`src/${unit}/`) ? file.slice(`src/${unit}/`.length).split('/') : [];
    return rest.length > 0 ? folder : undefined;
  };
  const wrong = files.flatMap(importsOf).filter(({ from, to = '' }) => {
    const [by, what] = [inside(from), inside(to)];
    return by !== undefined && what !== undefined && by !== what && order.indexOf(what) >= order.indexOf(by);
  });
  expect(
    wrong.map(({ from, to }) => `${from} imports ${to}`),
    why,
  ).toEqual([]);
  expect([...new Set(files.flatMap((file) => inside(file) ?? []))].sort()).toEqual([...order].sort());
});

test('the table itself has no circle: each rule names only folders above it', () => {
  const names = Object.keys(layers);
  const upward = Object.entries(layers).flatMap(([unit, { may }]) =>
    may.filter((to) => names.indexOf(to) >= names.indexOf(unit) || !names.includes(to)).map((to) => `${unit} → ${to}`),
  );
  expect(upward).toEqual([]);
});
