import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { temporaryFolder } from '../support/file-systems.ts';
import { testWith } from '../tools.ts';
import { lakegate } from './cli.ts';

/** The recipe of docs/changes.md, "When two pull requests meet", with the git of this machine. */

const spec = 'lakegate.yaml';
const recipe = 'git restore --source=main --staged --worktree lakegate.lock.json terraform';

testWith('git')(
  'two branches each add a target; the second one is merged by the recipe and moves nothing',
  async () => {
    const cwd = temporaryFolder();
    const run = (...argv: readonly string[]) => lakegate(cwd, ...argv);
    const git = (...args: readonly string[]): string =>
      execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@lakegate.test', '-C', cwd, ...args], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    const commit = async (message: string): Promise<void> => {
      expect(await run('synth')).toMatchObject({ exit: 0 });
      git('add', '.');
      git('commit', '-q', '-m', message);
    };
    const edit = (from: string, to: string): void => {
      const before = readFileSync(join(cwd, spec), 'utf8');
      expect(before).toContain(from);
      writeFileSync(join(cwd, spec), before.replace(from, to));
    };
    cpSync('examples/hub-router.yaml', join(cwd, spec));
    git('init', '-q', '-b', 'main');
    await commit('first');
    git('checkout', '-q', '-b', 'invoices');
    edit('\ntargets:\n', '\ntargets:\n  invoices: { type: postgres, host: invoices.corp.acme.com, network: onprem }\n');
    edit('crm-db, lake]', 'crm-db, lake, invoices]');
    await commit('invoices');
    git('checkout', '-q', '-b', 'stock', 'main');
    edit('  cache: {', '  stock: { type: mysql, host: stock.corp.acme.com, network: onprem }\n  cache: {');
    edit('[vault, cache]', '[vault, cache, stock]');
    await commit('stock');
    git('checkout', '-q', 'main');
    git('merge', '-q', 'invoices');
    git('checkout', '-q', 'stock');
    expect(() => git('merge', '-q', 'main')).toThrow();
    expect(git('diff', '--name-only', '--diff-filter=U').split('\n')).toEqual(
      expect.arrayContaining(['lakegate.lock.json', 'terraform/lakegate.plan.json']),
    );
    expect((await run('check')).err).toContain('conflict markers of git');

    expect(readFileSync('docs/changes.md', 'utf8')).toContain(recipe);
    const [, ...args] = recipe.split(' ');
    git(...args);
    expect(await run('check')).toMatchObject({ exit: 0, err: expect.stringMatching(/^Next: lakegate diff [^\n]*$/) });
    expect(await run('synth')).toMatchObject({ exit: 0 });
    const { access, replaced, cut } = JSON.parse((await run('diff', 'main', '--json')).out);
    expect({ access, replaced, cut }).toEqual({
      access: {
        lost: [],
        gained: [
          { workspace: 'analytics', target: 'stock' },
          { workspace: 'finance', target: 'stock' },
          { workspace: 'science', target: 'stock' },
        ],
      },
      replaced: [],
      cut: [],
    });
    git('add', '.');
    git('commit', '-q', '-m', 'merged');
    expect(await run('synth', '--check')).toMatchObject({ exit: 0 });
    expect((await run('trace', '--from', 'science', '--to', 'invoices', '--expect', 'reach')).exit).toBe(0);
  },
);
