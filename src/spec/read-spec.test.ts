import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readSpec } from './index.ts';

const examples = readdirSync('examples').filter((name) => name.endsWith('.yaml'));

test.each(examples)('%s reads without a problem', (name) => {
  const { spec, diagnostics } = readSpec(readFileSync(`examples/${name}`), name);
  expect(diagnostics).toEqual([]);
  expect(spec?.name).toMatch(/^acme-/);
});
