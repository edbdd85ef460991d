import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataSourceTypes, emitTerraform, resourceTypes } from '../../src/emit/terraform/index.ts';
import { findTool, testWith } from '../tools.ts';
import { examples, exampleText, filesOf, goldenCases, planOf, temporaryFolder, writeFiles } from './cases.ts';

testWith('terraform').each(examples)('%s is laid out as terraform fmt does', (name) => {
  const folder = temporaryFolder();
  writeFiles(folder, filesOf(planOf(exampleText(name))));
  const out = execFileSync(findTool('terraform') ?? '', ['fmt', '-check', '-recursive', '-diff', folder], {
    encoding: 'utf8',
    env: { CHECKPOINT_DISABLE: '1' },
  });
  expect(out).toBe('');
});

testWith('terraform')('every golden plan is laid out as terraform fmt does, or says why it cannot be written', () => {
  const folder = temporaryFolder();
  const refused: Record<string, readonly string[]> = {};
  for (const { name, plan } of goldenCases()) {
    const { infra, routes } = plan;
    const { files, diagnostics } = emitTerraform(infra, routes);
    writeFiles(join(folder, name), files);
    if (diagnostics.length > 0) refused[name] = diagnostics.map(({ code }) => code);
  }
  execFileSync(findTool('terraform') ?? '', ['fmt', '-check', '-recursive', '-diff', folder], {
    env: { CHECKPOINT_DISABLE: '1' },
  });
  expect(refused).toEqual({ 'kafka-per-broker': ['LG_SYNTH_BROKER_ADDRESS'] });
});

test.each(examples)('%s is the same bytes a second time', (name) => {
  const text = exampleText(name);
  expect(filesOf(planOf(text))).toEqual(filesOf(planOf(text)));
});

test.each(examples)('%s holds no path of a machine, no date and no secret', (name) => {
  const all = filesOf(planOf(exampleText(name)))
    .map((file) => file.text)
    .join('\n');
  expect(all).not.toMatch(/\/(home|root|work|Users)\//);
  expect(all.replaceAll('2012-10-17', '')).not.toMatch(/\b20[0-9]{2}-[01][0-9]-[0-3][0-9]\b/);
  expect(all).not.toMatch(/(client_secret|password|private_key)\s*=/i);
});

test.each(examples)('%s uses only types that are listed', (name) => {
  const all = filesOf(planOf(exampleText(name)))
    .map((file) => file.text)
    .join('\n');
  const used = [...all.matchAll(/^(resource|data) "(\w+)"/gm)].map(([, kind, type]) => ({ kind, type }));
  const known = new Set<string>([...resourceTypes, ...dataSourceTypes]);
  expect(used.filter(({ type = '' }) => !known.has(type))).toEqual([]);
  expect(used.length).toBeGreaterThan(40);
});

test.each(examples)('%s in JSON has the same resources', (name) => {
  const plan = planOf(exampleText(name));
  const hcl = filesOf(plan)
    .filter((file) => file.path.endsWith('.tf'))
    .flatMap((file) => [...file.text.matchAll(/^resource "(\w+)" "(\w+)"/gm)].map(([, type, at]) => `${type}.${at}`));
  const json = filesOf(plan, 'json')
    .filter((file) => file.path.endsWith('.tf.json'))
    .flatMap((file) => Object.entries<object>(JSON.parse(file.text).resource ?? {}))
    .flatMap(([type, named]) => Object.keys(named).map((at) => `${type}.${at}`));
  expect(json.sort()).toEqual(hcl.sort());
});
