import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, vi } from 'vitest';
import { temporaryFolder, testFiles } from '../../../test/support/file-systems.ts';
import { testWith } from '../../../test/tools.ts';
import { findRevision, type NoRevision, type Revision } from './git-revision.ts';

const withGit = testWith('git');

let top: string;
/** The repository is below it: there is something outside. */
let repository: string;
beforeEach(() => {
  top = temporaryFolder();
  repository = join(top, 'repository');
  mkdirSync(repository);
});

const at = (path: string): string => join(repository, path);
const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@lakegate.test', '-C', repository, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

function put(path: string, text = path): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
}

function commit(): void {
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-q', '-m', 'first');
}

const find = (name: string, file = 'spec.yaml', cwd = repository): Promise<Revision | NoRevision> =>
  findRevision(name, file, { cwd, files: testFiles });

async function found(name: string, file?: string, cwd?: string): Promise<Revision> {
  const revision = await find(name, file, cwd);
  if ('why' in revision) throw new Error(revision.why);
  return revision;
}

const readIn = async ({ files }: Revision, path: string): Promise<string> =>
  Buffer.from(await files.readFile(path, 1000)).toString();

withGit('files of the repository are those of the commit, all others those of today', async () => {
  for (const path of ['spec.yaml', '..odd.yaml', ' b/spec.yaml']) put(path);
  writeFileSync(join(top, 'outside.pem'), 'before');
  commit();
  for (const path of ['spec.yaml', '..odd.yaml', ' b/spec.yaml']) put(path, 'later');
  writeFileSync(join(top, 'outside.pem'), 'later');
  const revision = await found('main');
  expect(await readIn(revision, at('spec.yaml'))).toBe('spec.yaml');
  expect(await readIn(revision, at('..odd.yaml'))).toBe('..odd.yaml');
  expect(await readIn(revision, join(top, 'outside.pem'))).toBe('later');
  expect(await readIn(await found('main', 'spec.yaml', at(' b')), at(' b/spec.yaml'))).toBe(' b/spec.yaml');
});

withGit('the name of a file is no pattern of git', async () => {
  put('spec.yaml');
  put(':(literal)spec.yaml', 'odd');
  commit();
  expect(await readIn(await found('main'), at(':(literal)spec.yaml'))).toBe('odd');
});

withGit('links are followed inside the commit, several of them, and not out of it', async () => {
  put('spec.yaml');
  put('etc/hosts', 'not the one of this machine');
  symlinkSync('spec.yaml', at('one'));
  symlinkSync('one', at('two'));
  symlinkSync('two', at('three'));
  symlinkSync('../outside.pem', at('above'));
  symlinkSync('/etc/hosts', at('absolute'));
  symlinkSync('circle', at('circle'));
  commit();
  const revision = await found('main');
  expect(await readIn(revision, at('three'))).toBe('spec.yaml');
  await expect(readIn(revision, at('above'))).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(readIn(revision, at('absolute'))).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(readIn(revision, at('circle'))).rejects.toMatchObject({ code: 'ELOOP' });
});

withGit(
  'a folder, another repository in it, nothing, and a commit that git cannot read are errors of a file system',
  async () => {
    put('spec.yaml');
    put('folder/file');
    commit();
    const head = git('rev-parse', 'HEAD');
    git('update-index', '--add', '--cacheinfo', `160000,${head},other`);
    git('commit', '-q', '-m', 'another repository in it');
    const revision = await found('main');
    await expect(readIn(revision, at('folder'))).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(readIn(revision, at('other'))).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(readIn(revision, at('nothing'))).rejects.toMatchObject({ code: 'ENOENT' });
    const object = git('rev-parse', 'HEAD:spec.yaml');
    rmSync(at(`.git/objects/${object.slice(0, 2)}/${object.slice(2)}`));
    await expect(readIn(revision, at('spec.yaml'))).rejects.toMatchObject({ code: 'EIO' });
  },
);

withGit('a spec that was moved has the path that the user would have given', async () => {
  const text = readFileSync('examples/hub-router.yaml', 'utf8');
  put('a/old.yaml', text);
  put('a/another.yaml', 'another');
  commit();
  mkdirSync(at('b'));
  git('mv', 'a/another.yaml', 'b/another.yaml');
  git('mv', 'a/old.yaml', 'b/spec.yaml');
  expect(await found('main', 'spec.yaml', at('b'))).toMatchObject({ spec: '../a/old.yaml', isMoved: true });
  expect(await found('main', 'b/spec.yaml')).toMatchObject({ spec: 'a/old.yaml', isMoved: true });
});

withGit(
  'a repository of another user, and none at all, are two reasons; the folder is named where it is another',
  async () => {
    put('spec.yaml');
    expect(await find('main')).toMatchObject({
      why: 'is neither a file nor a revision of a git repository around this folder',
    });
    expect(await find('main', 'repository/spec.yaml', top)).toMatchObject({ why: expect.stringContaining(repository) });
    commit();
    vi.stubEnv('GIT_TEST_ASSUME_DIFFERENT_OWNER', '1');
    try {
      expect(await find('main')).toMatchObject({
        why: expect.stringContaining('another user owns it'),
        hint: expect.stringContaining('safe.directory'),
      });
    } finally {
      vi.unstubAllEnvs();
    }
  },
);

withGit('the branch of a remote is suggested by its whole name, not by its last part', async () => {
  put('spec.yaml');
  commit();
  git('update-ref', 'refs/remotes/origin/feature/develop', 'HEAD');
  expect(await find('develop')).toMatchObject({ hint: expect.stringContaining('git branch --all') });
  expect(await find('feature/develop')).toMatchObject({ hint: 'did you mean origin/feature/develop?' });
});

withGit('where a commit has files of that name is told, and how many more', async () => {
  for (const path of ['a/spec.yaml', 'b/spec.yaml', 'c/spec.yaml']) put(path);
  commit();
  put('new/spec.yaml');
  put('new/other.yaml');
  expect(await find('main', 'new/spec.yaml')).toMatchObject({
    why: 'has no new/spec.yaml',
    hint: expect.stringMatching(/^it has a\/spec\.yaml and 2 more of that name; /),
  });
  expect(await find('main', 'new/other.yaml')).toMatchObject({ hint: expect.stringContaining('the spec is new') });
});

withGit('what git takes for everything but a commit is no revision', async () => {
  put('spec.yaml');
  commit();
  expect(await find('^main')).toMatchObject({ why: 'is neither a file nor a revision of this git repository' });
});

withGit('a bare repository has no file that was moved', async () => {
  put('spec.yaml');
  commit();
  git('clone', '-q', '--bare', '.', 'bare.git');
  expect(await find('main', 'another.yaml', at('bare.git'))).toMatchObject({ why: 'has no another.yaml' });
});

withGit('a hook of git has the repository in its environment, and another folder as top', async () => {
  put('sub/spec.yaml');
  commit();
  vi.stubEnv('GIT_DIR', at('.git'));
  try {
    expect(await readIn(await found('main', 'sub/spec.yaml'), at('sub/spec.yaml'))).toBe('sub/spec.yaml');
    vi.stubEnv('GIT_WORK_TREE', at('sub'));
    expect(await find('main', 'sub/spec.yaml')).toMatchObject({ why: 'has no sub/spec.yaml' });
  } finally {
    vi.unstubAllEnvs();
  }
});

withGit('no program that a repository names is run to find what was moved', async () => {
  put('old.yaml', 'text\n'.repeat(20));
  commit();
  git('mv', 'old.yaml', 'spec.yaml');
  put('watch.sh', `#!/bin/sh\ntouch '${at('seen')}'\n`);
  chmodSync(at('watch.sh'), 0o755);
  git('config', 'core.fsmonitor', at('watch.sh'));
  expect(await found('main')).toMatchObject({ isMoved: true });
  expect(existsSync(at('seen'))).toBe(false);
});
