import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { lakegate } from './cli.ts';

const snippets = (...args: readonly string[]) =>
  lakegate(process.cwd(), 'snippets', '-f', resolve('examples/hub-router.yaml'), ...args);

test('each snippet of a target has a heading with its id; --only prints one alone', async () => {
  const all = await snippets('--workspace', 'analytics', '--target', 'orders-db');
  expect([all.exit, all.err]).toEqual([0, '']);
  const ids = [...all.out.matchAll(/^── orders-db · .*\[(\S+)\]$/gm)].map((found) => found[1]);
  expect(ids).toContain('psycopg');
  const one = await snippets('--workspace', 'analytics', '--target', 'orders-db', '--only', 'psycopg');
  expect(one.out).not.toContain('──');
  expect(all.out).toContain(one.out);
});

test('--json has the same texts, for all targets of the workspace', async () => {
  const { exit, out } = await snippets('--workspace', 'finance', '--json');
  expect(exit).toBe(0);
  const { workspace, targets, more } = JSON.parse(out);
  expect([workspace, more]).toEqual(['finance', 0]);
  const text = (await snippets('--workspace', 'finance')).out;
  for (const { target, snippets: all } of targets)
    for (const each of all) {
      expect(text).toContain(`── ${target} · ${each.title}  [${each.id}]`);
      expect(text).toContain(each.text);
    }
});

test('a target that the workspace was not granted is refused with the entry that would grant it', async () => {
  expect(await snippets('--workspace', 'finance', '--target', 'crm-db')).toEqual({
    exit: 1,
    out: '',
    err: expect.stringMatching(
      /^error LG_NOT_GRANTED finance may not reach crm-db; .*from: \[finance\], to: \[crm-db\]/,
    ),
  });
});
