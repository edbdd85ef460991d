import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { smallSpec } from '../../test/small-spec.ts';
import { readSpec, starterFile } from './index.ts';

const examples = readdirSync('examples').filter((name) => name.endsWith('.yaml'));

test.each(examples)('%s reads without a problem', (name) => {
  const { spec, diagnostics } = readSpec(readFileSync(`examples/${name}`), name);
  expect(diagnostics).toEqual([]);
  expect(spec?.name).toMatch(/^acme-/);
});

test('the starter file reads without a problem', () => {
  expect(readSpec(starterFile, 'lakegate.yaml').diagnostics).toEqual([]);
});

test('diagnostics of later stages are put on the lines of what they speak of', () => {
  const { source } = readSpec(
    `# top\n${smallSpec({ targets: '\n  db:\n    type: postgres\n    host: db.acme.com\n    network: core' })}`,
    'a.yaml',
  );
  const at = (...path: (string | number)[]) => {
    const [placed] = source.place([{ code: 'LG_INTERNAL', severity: 'error', path, message: 'x' }]);
    return `${placed?.line}:${placed?.column} ${source.line(placed?.line ?? 0)?.slice((placed?.column ?? 1) - 1, (placed?.column ?? 1) + 7)}`;
  };
  expect(at('targets', 'db')).toBe('10:3 db:');
  expect(at('targets', 'db', 'host')).toBe('12:11 db.acme.');
  expect(at('targets', 'db', 'no-such-field')).toBe('10:3 db:');
  expect(at('targets', 'no-such-target')).toBe('9:1 targets:');
  expect(at('access', 0, 'to', 0)).toBe(
    `14:${source.line(14)?.lastIndexOf('"*"') === undefined ? 0 : (source.line(14)?.lastIndexOf('"*"') ?? 0) + 1} "*"] }]`,
  );
  expect(at('limits', 'domains_per_rule')).toBe('2:1 lakegate');
  expect(at()).toBe('2:1 lakegate');
});

/** Targets by the thousand, each with the same text but for its number. */
const manyTargets = (count: number, text: (i: number) => string): string =>
  smallSpec({ targets: `\n${Array.from({ length: count }, (_, i) => `  t${i}: ${text(i)}\n`).join('')}` });

// No clock: what is quadratic takes minutes for these, and the test runs into its deadline.
test('10,000 targets are read in time', () => {
  const { spec, diagnostics } = readSpec(
    manyTargets(10_000, (i) => `{ type: https, host: t${i}.acme.com, network: core }`),
    'a.yaml',
  );
  expect(diagnostics).toEqual([]);
  expect(spec?.targets).toHaveLength(10_000);
}, 20_000);

test('10,000 targets of which each is wrong in four ways are refused in time', () => {
  const { diagnostics } = readSpec(
    manyTargets(
      10_000,
      (i) => `{ type: https, host: same.acme.com, hst: x, network: cor${i % 9}, address: 1, bucket: acme-lake }`,
    ),
    'a.yaml',
  );
  expect(diagnostics.length).toBe(40_000);
}, 20_000);

test('10,000 ranges that all overlap are refused in time, once each', () => {
  const cidrs = Array.from({ length: 10_000 }, () => '10.0.0.0/8').join(', ');
  const { diagnostics } = readSpec(
    smallSpec({ networks: `{ core: { reach: transit-gateway, cidrs: [${cidrs}] } }` }),
    'a.yaml',
  );
  expect(diagnostics.filter((each) => each.code === 'LG_CIDR_OVERLAP')).toHaveLength(10_000);
}, 20_000);
