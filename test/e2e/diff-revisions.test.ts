import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../support/file-systems.ts';
import { testWith } from '../tools.ts';
import { lakegate } from './cli.ts';

/** What `diff` takes for a revision, how it reads one, and what it says of a name that is none. */

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
  cpSync('examples/hub-router.yaml', join(folder, 'lakegate.yaml'));
});

const at = (...path: readonly string[]) => join(folder, ...path);
const run = (...argv: readonly string[]) => lakegate(folder, ...argv);
const withGit = testWith('git');

const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@lakegate.test', '-C', folder, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });

const commit = (message: string): void => {
  git('add', '.');
  git('commit', '-q', '-m', message);
};

function start(): void {
  git('init', '-q', '-b', 'main');
  commit('first');
}

const revoke = (path = 'lakegate.yaml'): void => {
  const before = readFileSync(at(path), 'utf8');
  const after = before.replace('to: [ledger, warehouse, legacy-mysql]', 'to: [ledger, warehouse]');
  expect(after).not.toBe(before);
  writeFileSync(at(path), after);
};
const lost = 'finance no longer reaches legacy-mysql';

withGit('a near name, the branch of the remote and a near file are suggested', async () => {
  start();
  git('branch', 'release');
  git('update-ref', 'refs/remotes/origin/develop', 'HEAD');
  await run('synth');
  writeFileSync(at('notes.jsonc'), '{}');
  for (const [base, hint] of [
    ['relaese', 'did you mean release?'],
    ['develop', 'did you mean origin/develop?'],
    ['lakegate.lock.jsn.json', 'did you mean lakegate.lock.json?'],
    ['terraform/lakegate.plam.json', 'did you mean terraform/lakegate.plan.json?'],
    ['lakegate.lock.jso', 'did you mean lakegate.lock.json?'],
    ['notes.json', 'git branch --all'],
    ['nowhere/lakegate.plan.json', 'git branch --all'],
    ['nothing-like-it', 'git branch --all'],
  ] as const) {
    const { exit, err } = await run('diff', base);
    expect({ exit, err }).toEqual({
      exit: 1,
      err: expect.stringContaining(`LG_DIFF_BASE ${base} is neither a file nor`),
    });
    expect(err).toContain(hint);
  }
  const ofFolder = await run('diff', 'terraform');
  expect(ofFolder.err).toContain('LG_DIFF_BASE terraform is a folder, and no revision of git');
  expect(ofFolder.err).toContain('such as terraform/lakegate.plan.json');
});

withGit('a folder with the name of a branch is no reason to refuse the branch', async () => {
  start();
  mkdirSync(at('main'));
  revoke();
  expect((await run('diff', 'main')).out).toContain(lost);
});

withGit('a folder with the name of a branch that has no spec: it is the branch that is told of', async () => {
  mkdirSync(at('envs'));
  renameSync(at('lakegate.yaml'), at('kept.yaml'));
  start();
  mkdirSync(at('main'));
  cpSync('examples/hub-router.yaml', at('lakegate.yaml'));
  expect((await run('diff', 'main')).err).toContain('LG_DIFF_BASE main has no lakegate.yaml');
});

withGit('a spec of the revision with errors: the first of them is told, not a warning, and how many more', async () => {
  const spec = readFileSync(at('lakegate.yaml'), 'utf8');
  const twice = spec.replace('from: [finance]', 'from: [finance, finance]');
  expect(twice).not.toBe(spec);
  writeFileSync(at('lakegate.yaml'), `${twice}targts: {}\n`);
  start();
  writeFileSync(at('lakegate.yaml'), spec);
  const line = twice.split('\n').length;
  const { err } = await run('diff', 'main');
  expect(err).toContain(`no plan with this version of lakegate: line ${line}, LG_FIELD_UNKNOWN`);
  writeFileSync(at('lakegate.yaml'), `${twice}targts: {}\nacces: []\n`);
  commit('second');
  writeFileSync(at('lakegate.yaml'), spec);
  expect((await run('diff', 'main')).err).toContain('(and 1 more)');
});

withGit('in a shallow clone what is missing is told to be fetched', async () => {
  start();
  revoke();
  commit('second');
  const source = folder;
  folder = temporaryFolder();
  execFileSync('git', ['clone', '-q', '--depth', '1', `file://${source}`, folder], { stdio: 'ignore' });
  const { err } = await run('diff', 'HEAD~1');
  expect(err).toContain('LG_DIFF_BASE HEAD~1 is neither a file nor a revision');
  expect(err).toContain('this clone is shallow');
  expect(err).toContain('fetch-depth: 0');
  execFileSync('git', ['-C', folder, 'tag', 'release-1']);
  const near = await run('diff', 'release-2');
  expect(near.err).toMatch(/hint: this clone is shallow .*fetch-depth: 0.*; or did you mean release-1\?/);
  writeFileSync(at('release-3.json'), '{}');
  const nearFile = await run('diff', 'release-4.json');
  expect(nearFile.err).toMatch(/hint: this clone is shallow .*; or did you mean release-3\.json\?/);
});

test.each([
  ['', 'the name of what to compare with is empty'],
  [' ', 'the name of what to compare with is empty'],
  ['main\nerror', 'main\\nerror is not a name that a revision can have'],
])('the name %j is refused in one line', async (base, sentence) => {
  const { exit, err } = await run('diff', base);
  expect({ exit, first: err.split('\n')[0] }).toEqual({ exit: 1, first: `error LG_DIFF_BASE ${sentence}` });
});

withGit('a spec from standard input has no earlier one in a revision', async () => {
  start();
  const { lakegateIn } = await import('./cli.ts');
  const { nodeFiles } = await import('../../src/app/files/index.ts');
  const files = { ...nodeFiles, readInput: async () => readFileSync(at('lakegate.yaml')) };
  const { exit, err } = await lakegateIn({ cwd: folder, files }, 'diff', 'main', '-f', '-');
  expect({ exit, err }).toEqual({
    exit: 1,
    err: expect.stringContaining('LG_DIFF_BASE main cannot be compared with a spec from standard input'),
  });
});

withGit('a spec that is a link in the revision is read where the link leads, as of that revision', async () => {
  mkdirSync(at('envs'));
  renameSync(at('lakegate.yaml'), at('envs/prod.yaml'));
  symlinkSync('envs/prod.yaml', at('lakegate.yaml'));
  start();
  revoke('envs/prod.yaml');
  const { exit, out } = await run('diff', 'main');
  expect({ exit, out }).toEqual({ exit: 0, out: expect.stringContaining(lost) });
});

withGit('a link of the revision that leads out of it, or in a circle, is an error and not a crash', async () => {
  renameSync(at('lakegate.yaml'), at('kept.yaml'));
  symlinkSync('../outside.yaml', at('lakegate.yaml'));
  symlinkSync('circle.yaml', at('circle.yaml'));
  start();
  const spec = readFileSync(at('kept.yaml'), 'utf8');
  for (const name of ['lakegate.yaml', 'circle.yaml']) {
    git('rm', '-q', '--cached', name);
    renameSync(at(name), at(`${name}.old`));
    writeFileSync(at(name), spec);
    const { exit, err } = await run('diff', 'main', '-f', name);
    expect({ exit, err }).toEqual({ exit: 1, err: expect.stringContaining(`${name} of main gives no plan`) });
    expect(err).toContain('LG_FILE_UNREADABLE');
  }
});

withGit('a spec that was moved since is found at its old path, with its lock', async () => {
  await run('plan', '--write-lock');
  start();
  mkdirSync(at('envs'));
  git('mv', 'lakegate.yaml', 'envs/prod.yaml');
  git('mv', 'lakegate.lock.json', 'envs/prod.lock.json');
  revoke('envs/prod.yaml');
  const { exit, out } = await run('diff', 'main', '-f', 'envs/prod.yaml');
  expect(exit).toBe(0);
  expect(out).toContain(lost);
  expect(out).toContain('main:lakegate.yaml');
  const json = JSON.parse((await run('diff', 'main', '-f', 'envs/prod.yaml', '--json')).out);
  expect(json).toMatchObject({ base: { is: 'revision', name: 'main:lakegate.yaml' }, access: { gained: [] } });
});

withGit('a moved spec that git does not know yet: where the revision has one of that name is said', async () => {
  start();
  mkdirSync(at('envs'));
  renameSync(at('lakegate.yaml'), at('envs/lakegate.yaml'));
  const { exit, err } = await run('diff', 'main', '-f', 'envs/lakegate.yaml');
  expect(exit).toBe(1);
  expect(err).toContain('LG_DIFF_BASE main has no envs/lakegate.yaml');
  expect(err).toContain('it has lakegate.yaml; git finds a moved file');
});

withGit('a spec below the top, from another folder, with the authority next to it as of the revision', async () => {
  mkdirSync(at('a/b'), { recursive: true });
  renameSync(at('lakegate.yaml'), at('a/b/lakegate.yaml'));
  start();
  revoke('a/b/lakegate.yaml');
  expect((await run('diff', 'main', '-f', 'a/b/lakegate.yaml')).out).toContain(lost);
  expect((await lakegate(at('a'), 'diff', 'main', '-f', 'b/lakegate.yaml')).out).toContain(lost);
  expect((await lakegate(at('a/b'), 'diff', 'main')).out).toContain(lost);
});

withGit(
  'a revision without a lock is planned with the lock of today: nothing looks moved, and that is said',
  async () => {
    writeFileSync(at('.gitignore'), '*.lock.json\nterraform\n');
    start();
    await run('synth');
    const before = readFileSync(at('lakegate.yaml'), 'utf8');
    const audit = 'audit: { type: tcp, host: a.corp.acme.com, port: 9100, network: onprem }';
    const after = before
      .replace('  cache: {', `  ${audit}\n  cache: {`)
      .replace('[vault, cache]', '[vault, cache, audit]');
    expect(after).not.toBe(before);
    writeFileSync(at('lakegate.yaml'), after);
    await run('synth');
    commit('second');
    const said =
      'allocations such as ports and rules: main has no lakegate.lock.json, so its spec was planned with the lock of today';
    expect(JSON.parse((await run('diff', 'main', '--json')).out)).toMatchObject({
      changed: false,
      notCompared: [said],
    });
    revoke();
    const { access, replaced, cut, notCompared } = JSON.parse((await run('diff', 'main', '--json')).out);
    expect([access.lost, replaced, notCompared]).toEqual([
      [{ workspace: 'finance', target: 'legacy-mysql' }],
      [],
      [said],
    ]);
    expect(cut).toEqual([]);
  },
);
