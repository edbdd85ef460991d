import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder, testFiles } from '../../../test/support/file-systems.ts';
import { contentHash } from './content-hash.ts';
import { listName } from './file-list.ts';
import { isPlanEdited, ownerOf, planFileName } from './folder-owner.ts';

let cwd: string;
beforeEach(() => {
  cwd = temporaryFolder();
  mkdirSync(join(cwd, 'infra'));
});
const write = (name: string, content: unknown): void =>
  writeFileSync(join(cwd, 'infra', name), typeof content === 'string' ? content : JSON.stringify(content));
const folder = () => ({ cwd, files: testFiles });

test.each<[string, unknown, string | undefined]>([
  ['a plan with a name', { infra: { name: 'acme' } }, 'acme'],
  ['a name that is no text', { infra: { name: 5 } }, undefined],
  ['no infra', {}, undefined],
  ['no object', 'null', undefined],
  ['no JSON', '{', undefined],
])('whose a folder without a list is, by its plan: %s', async (_, content, owner) => {
  write(planFileName, content);
  expect(await ownerOf('infra', folder())).toBe(owner);
});

test('a plan is edited where the list has a hash of it that is another, and only there', async () => {
  const list = (files: object) => write(listName, { files: [planFileName], hashes: files });
  write(planFileName, '{"a":1}');
  expect(await isPlanEdited('infra', folder())).toBe(false);
  list({});
  expect(await isPlanEdited('infra', folder())).toBe(false);
  list({ [planFileName]: [contentHash(planFileName, '{"a":1}')] });
  expect(await isPlanEdited('infra', folder())).toBe(false);
  write(planFileName, '{"a":2}');
  expect(await isPlanEdited('infra', folder())).toBe(true);
});

test('a plan that is not there is not edited, whatever the list says of it', async () => {
  write(listName, { files: [planFileName], hashes: { [planFileName]: [contentHash(planFileName, '{}')] } });
  expect(await isPlanEdited('infra', folder())).toBe(false);
});
