import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import { emitSnippets, pipLine, type Snippet } from '../../src/emit/snippets/index.ts';
import { snippetPlan, snippetTargets } from '../support/snippet-plan.ts';
import { findTool, testWith } from '../tools.ts';

const everyTarget = [
  ...snippetTargets,
  ...snippetTargets.map((target) => ({ ...target, tls: 'inspect' as const, routing: 'name' as const })),
];
const planWith = (auth: 'iam' | 'scram' | 'tls') => ({
  ...snippetPlan,
  mskClusters: snippetPlan.mskClusters.map((cluster) => ({ ...cluster, auth: [auth] })),
});
const all: readonly Snippet[] = (['iam', 'scram', 'tls'] as const).flatMap((auth) =>
  everyTarget.flatMap((target) => emitSnippets(planWith(auth), target)),
);
const textsOf = (language: Snippet['language']): readonly string[] => [
  ...new Set(all.filter((snippet) => snippet.language === language).map((snippet) => snippet.text)),
];

/** Gives all texts to one Python run as JSON; the program prints a JSON list of complaints. */
function complaints(python: string, program: string, texts: readonly string[]): unknown {
  const { stdout, stderr } = spawnSync(python, ['-c', program], { input: JSON.stringify(texts), encoding: 'utf8' });
  return stdout === '' ? stderr : JSON.parse(stdout);
}

testWith('python3')('every Python snippet compiles', () => {
  const texts = textsOf('python');
  expect(texts.length).toBeGreaterThan(15);
  const program = `
import ast, json, sys
wrong = []
for text in json.load(sys.stdin):
    try: ast.parse(text)
    except SyntaxError as error: wrong.append([str(error), text])
print(json.dumps(wrong))`;
  expect(complaints(findTool('python3') ?? '', program, texts)).toEqual([]);
});

testWith('python-clients')('every SQL snippet is Databricks SQL to an independent parser', () => {
  const texts = textsOf('sql').filter((text) => !/^(CREATE CONNECTION|LIST)/.test(text));
  expect(texts.length).toBeGreaterThan(2);
  const program = `
import json, sys
import sqlglot
wrong = []
for text in json.load(sys.stdin):
    try: sqlglot.parse(text, read="databricks", error_level=sqlglot.ErrorLevel.RAISE)
    except Exception as error: wrong.append([str(error), text])
print(json.dumps(wrong))`;
  expect(complaints(findTool('python-clients') ?? '', program, texts)).toEqual([]);
});

testWith('bash')('every shell snippet is read by bash', () => {
  const texts = textsOf('shell');
  expect(texts.length).toBeGreaterThan(2);
  for (const text of texts) expect(spawnSync('bash', ['-n', '-c', text], { encoding: 'utf8' }).stderr).toBe('');
});

testWith('python3')('what pip is asked for is a list of plain package names', () => {
  for (const snippet of all) expect(pipLine(snippet)).toMatch(/^$|^%pip install( [A-Za-z0-9[\]_-]+)+$/);
});
