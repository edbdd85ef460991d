import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lakegate } from '../e2e/cli.ts';
import { findTool, testWith } from '../tools.ts';
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
  rmSync(join(cwd, 'infra', 'lakegate.files.json')); // the list is lost: markers alone tell
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
  expect((await run('synth', '-o', 'infra')).err).toContain('LG_SYNTH_OTHER_SPEC');
  expect((await run('synth', '-o', 'infra', '--force')).exit).toBe(0);
  expect(existsSync(join(cwd, 'infra', 'spokes', 'orders'))).toBe(false);
  expect(tree(join(cwd, 'infra', 'spokes'))).toEqual(['crm/own.tf']);
});

test('a list of files that points out of the folder removes nothing there', async () => {
  const { cwd, run } = workplace('hub-router');
  writeFileSync(join(cwd, 'keep.txt'), 'keep');
  await run('synth', '-o', 'infra');
  writeFileSync(join(cwd, 'infra', 'lakegate.files.json'), JSON.stringify({ files: ['../keep.txt', '/etc/hosts'] }));
  expect((await run('synth', '-o', 'infra')).exit).toBe(0); // what is as it would be written counts as ours
  expect(readFileSync(join(cwd, 'keep.txt'), 'utf8')).toBe('keep');
});

test('a format that does not exist is refused', async () => {
  const { cwd, run } = workplace('hub-router');
  const { exit, err } = await run('synth', '--format', 'yaml');
  expect([exit, err]).toEqual([
    1,
    'error LG_SYNTH_FORMAT --format yaml is neither hcl nor json\n  hint: give --format hcl or --format json',
  ]);
  expect(existsSync(join(cwd, 'terraform'))).toBe(false);
});

test('--check fails until the folder and the lock are what would be written, says which files and why, and writes nothing', async () => {
  const { cwd, run } = workplace('hub-router');
  const none = await run('synth', '--check');
  expect(none.exit).toBe(1);
  expect(none.out).toContain('  lakegate.lock.json does not hold the allocations of this plan\n');
  expect(none.out).toContain('  terraform/router.tf is missing\n');
  expect(none.err).toBe('Next: lakegate synth, and commit the result');
  expect(tree(cwd)).toEqual(['lakegate.yaml']);
  await run('synth');
  const count = tree(join(cwd, 'terraform')).length - 1; // the list
  expect(await run('synth', '--check')).toEqual({
    exit: 0,
    out: `terraform is what lakegate synth would write (${count} files)`,
    err: '',
  });
  expect(JSON.parse((await run('synth', '--check', '--json')).out)).toEqual({
    ok: true,
    folder: 'terraform',
    lock: 'lakegate.lock.json',
    isLocked: true,
    differences: [],
    diagnostics: [],
  });
  writeFileSync(join(cwd, 'lakegate.yaml'), exampleText('hub-router').replace('max: 6', 'max: 7'));
  writeFileSync(join(cwd, 'terraform', 'alarms.tf'), '# mine');
  rmSync(join(cwd, 'terraform', 'versions.tf'));
  const before = tree(cwd);
  const changed = await run('synth', '--check');
  expect(changed.exit).toBe(1);
  for (const line of [
    'alarms.tf was edited after lakegate wrote it',
    'router.tf is of an earlier plan',
    'versions.tf is missing',
  ])
    expect(changed.out).toContain(`\n  terraform/${line}`);
  expect(changed.err).toContain('with --force to overwrite');
  const json = await run('synth', '--check', '--json');
  expect([json.exit, json.err]).toEqual([1, '']);
  const document = JSON.parse(json.out);
  expect(document).toMatchObject({ ok: false, isLocked: true });
  expect(document.differences).toContainEqual({ path: 'alarms.tf', is: 'edited' });
  expect(document.diagnostics).toContainEqual({
    code: 'LG_SYNTH_OUT_OF_DATE',
    severity: 'error',
    path: [],
    message: 'terraform/versions.tf is missing',
  });
  expect(tree(cwd)).toEqual(before);
  expect(await run('synth', '--check', '-o', 'lakegate.yaml')).toMatchObject({
    exit: 1,
    err: expect.stringContaining('LG_FILE_UNWRITABLE lakegate.yaml is not a folder'),
  });
});

test('what another line end is made of by git is the same, in the folder and in the lock', async () => {
  const { cwd, run } = workplace('hub-router');
  await run('synth');
  for (const path of ['lakegate.lock.json', 'terraform/router.tf', 'terraform/routes.json'])
    writeFileSync(join(cwd, path), readFileSync(join(cwd, path), 'utf8').replaceAll('\n', '\r\n'));
  expect((await run('synth', '--check')).exit).toBe(0);
});

test('a hand edit stops synth; --force overwrites it and says so', async () => {
  const { cwd, run } = workplace('hub-router');
  await run('synth');
  const path = join(cwd, 'terraform', 'router.tf');
  const written = readFileSync(path, 'utf8');
  writeFileSync(path, `${written}# mine\n`);
  const { exit, err } = await run('synth');
  expect(exit).toBe(1);
  expect(err).toContain(
    'error LG_SYNTH_EDITED terraform/router.tf was edited after lakegate wrote it; nothing was written',
  );
  expect(readFileSync(path, 'utf8')).toBe(`${written}# mine\n`);
  const forced = await run('synth', '--force');
  expect(forced.out).toContain('  wrote     terraform/router.tf   (it was edited: its content is gone)');
  expect(readFileSync(path, 'utf8')).toBe(written);
  writeFileSync(path, 'mine');
  expect(JSON.parse((await run('synth', '--force', '--json')).out)).toMatchObject({
    overwrote: [{ path: 'router.tf', is: 'edited' }],
  });
});

test('synth into a folder with other files says what it leaves alone, and that Terraform reads it', async () => {
  const { cwd, run } = workplace('hub-router');
  mkdirSync(join(cwd, 'src'));
  for (const name of ['main.ts', 'own.tf']) writeFileSync(join(cwd, 'src', name), 'mine');
  const { exit, err } = await run('synth', '-o', 'src');
  expect(exit).toBe(0);
  expect(err).toContain(
    'src holds what lakegate did not write, and leaves alone: main.ts, own.tf. Terraform reads own.tf together',
  );
  expect((await run('synth', '-o', 'src')).err).not.toContain('leaves alone');
  writeFileSync(join(cwd, 'src', 'lakegate.files.json'), '{}');
  writeFileSync(join(cwd, 'src', 'router.tf'), 'mine');
  expect((await run('synth', '-o', 'src')).err).toContain('the list src/lakegate.files.json cannot be read');
  rmSync(join(cwd, 'src', 'lakegate.files.json'));
  expect((await run('synth', '-o', 'src')).err).toContain(
    'LG_SYNTH_NOT_OURS src/router.tf exists and was not written by lakegate',
  );
  const forced = await run('synth', '-o', 'src', '--force');
  expect(forced.out).toContain('src/router.tf   (it was not lakegate’s: its content is gone)');
});

/** The steps under `Next:`, without their numbers. */
const steps = ({ out }: { readonly out: string }): readonly string[] =>
  (out.split('\nNext:\n')[1] ?? '').split('\n').flatMap((line) => line.match(/^ {2}\d\. (.*)$/)?.[1] ?? []);

test('Next shows only what is next', async () => {
  const { cwd, run } = workplace('hub-router');
  const edit = (from: string | RegExp, to: string): void => {
    const path = join(cwd, 'lakegate.yaml');
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
  };
  expect(steps(await run('synth'))).toEqual([
    'read terraform/README.md',
    'lakegate artifact --arch arm64 -o terraform/artifacts   (artifacts/lakegate-router-arm64.tar.gz)',
    'terraform -chdir=terraform init && terraform -chdir=terraform apply',
    'send terraform/spokes/ to the owners of crm, orders, who apply it',
    expect.stringMatching(/^two minutes later: .*apply/),
  ]);
  mkdirSync(join(cwd, 'terraform', '.terraform'));
  mkdirSync(join(cwd, 'terraform', 'artifacts'));
  writeFileSync(join(cwd, 'terraform', 'artifacts', 'lakegate-router-arm64.tar.gz'), '');
  const again = await run('synth');
  expect(again.out).not.toContain('Next:');
  edit('max: 6', 'max: 7');
  expect(steps(await run('synth'))).toEqual(['terraform -chdir=terraform apply']);
  edit('  finance:', '  marketing: { id: "4567890123456789" }\n  finance:');
  edit('access:', 'access:\n  - { from: [marketing], to: [vault] }');
  expect(steps(await run('synth'))).toEqual([
    'terraform -chdir=terraform apply',
    expect.stringMatching(/^two minutes later: .*apply/),
  ]);
  edit(/10\.40\.0\.0\/22/, '10.44.0.0/22');
  expect(steps(await run('synth'))).toContain('send terraform/spokes/ to the owners of crm, orders, who apply it');
});

testWith('terraform')('terraform fmt of a user is no edit', async () => {
  const { cwd, run } = workplace('hub-router');
  await run('synth');
  execFileSync(findTool('terraform') ?? '', ['fmt', '-recursive', join(cwd, 'terraform')]);
  expect((await run('synth', '--check')).exit).toBe(0);
  expect(JSON.parse((await run('synth', '--json')).out)).toMatchObject({ written: [], overwrote: [] });
});

test('the plan of an earlier release in the folder stops nothing', async () => {
  const { cwd, run } = workplace('hub-router');
  await run('synth');
  const path = join(cwd, 'terraform', 'lakegate.files.json');
  const { is, files } = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ is, files }));
  writeFileSync(join(cwd, 'terraform', 'lakegate.plan.json'), '{"infra":{}}\n');
  expect((await run('synth')).exit).toBe(0);
});
