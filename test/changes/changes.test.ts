import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { changesDocumentShape } from '../../src/app/change/index.ts';
import { lakegate } from '../e2e/cli.ts';
import { temporaryFolder } from '../support/file-systems.ts';

const root = import.meta.dirname;
const cases = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** What `diff` prints of the second spec, after `synth` of the first has written plan and lock. */
async function everyForm(name: string): Promise<Record<string, string>> {
  const cwd = temporaryFolder();
  const place = (file: string): void =>
    writeFileSync(join(cwd, 'lakegate.yaml'), readFileSync(join(root, name, file), 'utf8'));
  place('before.yaml');
  expect(await lakegate(cwd, 'synth')).toMatchObject({ exit: 0 });
  expect(await lakegate(cwd, 'diff', '--detailed-exitcode')).toMatchObject({ exit: 0 });
  place('after.yaml');
  const printed = async (...argv: readonly string[]): Promise<string> => {
    const { exit, out } = await lakegate(cwd, 'diff', '--detailed-exitcode', ...argv);
    expect(exit).toBe(2);
    return `${out}\n`;
  };
  return {
    'diff.txt': await printed(),
    'diff.md': await printed('--format', 'markdown'),
    'diff.json': await printed('--json'),
  };
}

test.each(cases)('%s', async (name) => {
  expect(readFileSync(join(root, name, 'why.txt'), 'utf8').trim(), name).toMatch(/^.{20,}\.$/);
  const made = await everyForm(name);
  const out = join(root, name, 'out');
  if (process.env.UPDATE_GOLDEN) {
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
    for (const [file, text] of Object.entries(made)) writeFileSync(join(out, file), text);
  }
  const kept = readdirSync(out).map((file) => [basename(file), readFileSync(join(out, file), 'utf8')]);
  expect(made).toEqual(Object.fromEntries(kept));
  expect(changesDocumentShape.safeParse(JSON.parse(made['diff.json'] ?? '')).error?.issues ?? []).toEqual([]);
});
