import { existsSync, readFileSync } from 'node:fs';
import { parseSync, Visitor } from 'rolldown/utils';
import { expect, test } from 'vitest';
import { circles, closedFolders, importsOf, readImports, sourceFiles } from '../support/imports.ts';

const files = sourceFiles('src');
const imports = files.flatMap(importsOf);

test.each<[string, string, string, string | undefined]>([
  ["import { a } from './b.ts'", 'static', './b.ts', 'src/x/b.ts'],
  ["import './b.ts'", 'static', './b.ts', 'src/x/b.ts'],
  ["import type { A } from '../ir/index.ts'", 'type', '../ir/index.ts', 'src/ir/index.ts'],
  ["export * from './b.ts'", 'static', './b.ts', 'src/x/b.ts'],
  ["export type { A } from './b.ts'", 'type', './b.ts', 'src/x/b.ts'],
  ["export const a = async () => await import('./b.ts')", 'dynamic', './b.ts', 'src/x/b.ts'],
  ['export const a = () => import(`./b.ts`)', 'dynamic', './b.ts', 'src/x/b.ts'],
  ["export type A = import('./b.ts').B", 'type', './b.ts', 'src/x/b.ts'],
  ["export const worker = new Worker(new URL('./b.ts', import.meta.url))", 'dynamic', './b.ts', 'src/x/b.ts'],
  ["import b = require('./b.ts')", 'static', './b.ts', 'src/x/b.ts'],
  ["export const b = require.resolve('pg')", 'static', 'pg', undefined],
  ["import { readFileSync } from 'node:fs'", 'static', 'node:fs', undefined],
])('the reader finds the import in: %s', (text, form, specifier, to) => {
  expect(readImports('src/x/a.ts', text)).toEqual([{ from: 'src/x/a.ts', specifier, to, form }]);
});

test('the reader takes no text for an import', () => {
  expect(readImports('src/x/a.ts', 'export const a = `import { b } from "./b.ts"`; // from \'./c.ts\'')).toEqual([]);
});

test('every import names a file that is there', () => {
  expect(imports.filter(({ to }) => to !== undefined && !existsSync(to))).toEqual([]);
});

test('no files import each other in a circle, types included', () => {
  expect(circles(imports)).toEqual([]);
});

const closed = closedFolders(files);

test('what is in a closed folder is imported from outside through its index.ts', () => {
  const around = imports.filter(({ from, to = '' }) => {
    const folder = closed.find((one) => to.startsWith(`${one}/`) && !from.startsWith(`${one}/`));
    return folder !== undefined && to !== `${folder}/index.ts`;
  });
  expect(around.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
});

/** The pure folders: what they need comes in as an argument, and the same input gives the same bytes. */
const pure = [
  'diagnostics',
  'ir',
  'facts',
  'spec',
  'routing',
  'topology',
  'proof',
  'estimate',
  'planner',
  'pki',
  'emit',
  'router/protocols',
];

const pureFiles = files.filter((file) => pure.some((folder) => file.startsWith(`src/${folder}/`)));

test('pure folders import nothing of Node', () => {
  const wrong = imports.filter(({ from, specifier }) => pureFiles.includes(from) && specifier.startsWith('node:'));
  expect(wrong).toEqual([]);
});

test('pure folders use no clock, chance, environment or network of the platform', () => {
  const globals = /^(?:process|Buffer|performance|crypto|fetch|setTimeout|setInterval|setImmediate|queueMicrotask)$/;
  const wrong = pureFiles.flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    const found: string[] = [];
    const note = (start: number, what: string): number =>
      found.push(`${file}:${text.slice(0, start).split('\n').length} uses ${what}`);
    new Visitor({
      CallExpression: ({ callee, start }) => {
        if (callee.type === 'Identifier' && globals.test(callee.name)) note(start, callee.name);
      },
      MemberExpression: ({ object, property, start }) => {
        if (object.type !== 'Identifier' || property.type !== 'Identifier') return;
        const what = `${object.name}.${property.name}`;
        if (globals.test(object.name) || what === 'Date.now' || what === 'Math.random') note(start, what);
      },
      NewExpression: ({ callee, arguments: given, start }) => {
        if (callee.type === 'Identifier' && callee.name === 'Date' && given.length === 0) note(start, 'new Date()');
      },
    }).visit(parseSync(file, text).program);
    return found;
  });
  expect(wrong).toEqual([]);
});

test('the SDK of AWS is imported only in src/aws, and only on first use', () => {
  const sdk = imports.filter(({ specifier }) => specifier.startsWith('@aws-sdk/'));
  expect(sdk.filter(({ from, form }) => !from.startsWith('src/aws/') || form === 'static')).toEqual([]);
});
