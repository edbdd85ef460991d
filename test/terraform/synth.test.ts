import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lakegate } from '../e2e/cli.ts';
import { exampleText, temporaryFolder } from './cases.ts';

/** A working folder with a spec, and the command line in it. */
function workplace(example: string) {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'lakegate.yaml'), exampleText(example));
  const run = (...argv: readonly string[]) => lakegate(cwd, ...argv);
  return { cwd, run };
}

const tree = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

test('a second run writes nothing, and another format takes the place of the first', async () => {
  const { cwd, run } = workplace('hub-router');
  expect((await run('synth', '-o', 'infra')).exit).toBe(0);
  const first = tree(join(cwd, 'infra'));
  expect(first).toContain('endpoint-services.tf');
  const again = JSON.parse((await run('synth', '-o', 'infra', '--json')).out);
  expect(again).toMatchObject({ ok: true, written: [], removed: [] });
  expect((await run('synth', '-o', 'infra', '--format', 'json')).exit).toBe(0);
  expect(tree(join(cwd, 'infra')).filter((path) => path.endsWith('.tf'))).toEqual([]);
  expect(tree(join(cwd, 'infra'))).toContain('endpoint-services.tf.json');
});

test('what was written is held by the lock: a target that comes later moves nothing', async () => {
  const { cwd, run } = workplace('hub-router');
  await run('synth', '-o', 'infra');
  const first = readFileSync(join(cwd, 'infra', 'endpoint-services.tf'), 'utf8');
  const lock = JSON.parse(readFileSync(join(cwd, 'lakegate.lock.json'), 'utf8'));
  expect(lock).toMatchObject({ name: 'acme-hub', next: { service: 4 } });
  const spec = exampleText('hub-router')
    .replace('  crm-db:', '  aaa: { type: tcp, host: aaa.corp.acme.com, port: 9100, network: onprem }\n  crm-db:')
    .replace('[vault, cache]', '[vault, cache, aaa]');
  writeFileSync(join(cwd, 'lakegate.yaml'), spec);
  expect((await run('synth', '-o', 'infra')).exit).toBe(0);
  const later = readFileSync(join(cwd, 'infra', 'endpoint-services.tf'), 'utf8');
  const groups = (text: string): readonly string[] =>
    [...text.matchAll(/^resource "aws_lb_target_group" "(\w+)" \{\n(.*\n){1}/gm)].map((found) =>
      found[0].replace(/ +/g, ' '),
    );
  expect(groups(first)).toHaveLength(7);
  expect(groups(later)).toEqual(expect.arrayContaining([...groups(first)]));
  expect(groups(later)).toHaveLength(8);
});

test('a file that somebody else wrote stops it before anything is written', async () => {
  const { cwd, run } = workplace('hub-router');
  await run('synth', '-o', 'infra');
  const path = join(cwd, 'infra', 'router.tf');
  writeFileSync(join(cwd, 'infra', 'lakegate.files.json'), '{}'); // the list is lost: markers alone tell
  writeFileSync(path, 'resource "aws_instance" "mine" {}\n');
  writeFileSync(join(cwd, 'infra', 'own.tf'), '# mine\n');
  const { exit, err } = await run('synth', '-o', 'infra');
  expect(exit).toBe(1);
  expect(err).toContain('LG_SYNTH_NOT_OURS infra/router.tf');
  expect(readFileSync(path, 'utf8')).toBe('resource "aws_instance" "mine" {}\n');
  expect(readFileSync(join(cwd, 'infra', 'own.tf'), 'utf8')).toBe('# mine\n');
});

test('files that are no longer needed go, and only those', async () => {
  const { cwd, run } = workplace('hub-router');
  await run('synth', '-o', 'infra');
  writeFileSync(join(cwd, 'infra', 'spokes', 'crm', 'own.tf'), '# mine\n');
  rmSync(join(cwd, 'lakegate.lock.json')); // it is of the other spec
  writeFileSync(join(cwd, 'lakegate.yaml'), exampleText('msk'));
  expect((await run('synth', '-o', 'infra')).exit).toBe(0);
  expect(existsSync(join(cwd, 'infra', 'spokes', 'orders'))).toBe(false);
  expect(tree(join(cwd, 'infra', 'spokes'))).toEqual(['crm/own.tf']);
});

test('a list of files that points out of the folder removes nothing there', async () => {
  const { cwd, run } = workplace('hub-router');
  writeFileSync(join(cwd, 'keep.txt'), 'keep');
  await run('synth', '-o', 'infra');
  writeFileSync(join(cwd, 'infra', 'lakegate.files.json'), JSON.stringify({ files: ['../keep.txt', '/etc/hosts'] }));
  expect((await run('synth', '-o', 'infra')).exit).toBe(1); // routes.json is no longer known as ours
  expect(readFileSync(join(cwd, 'keep.txt'), 'utf8')).toBe('keep');
});

test('a format that does not exist is refused', async () => {
  const { cwd, run } = workplace('hub-router');
  const { exit, err } = await run('synth', '--format', 'yaml');
  expect([exit, err]).toEqual([1, 'error LG_SYNTH_FORMAT --format yaml is neither hcl nor json']);
  expect(existsSync(join(cwd, 'terraform'))).toBe(false);
});
