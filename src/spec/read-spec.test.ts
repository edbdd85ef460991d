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
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toHaveLength(1001);
  expect(diagnostics.at(-1)).toMatchObject({
    code: 'LG_MORE_PROBLEMS',
    message: 'there are at least 19,998 more problems, which are not listed',
  });
}, 20_000);

test('10,000 ranges that all overlap are refused in time, once each', () => {
  const cidrs = Array.from({ length: 1000 }, () => '10.0.0.0/8').join(', ');
  const networks = Array.from({ length: 10 }, (_, i) => `n${i}: { reach: transit-gateway, cidrs: [${cidrs}] }`);
  const { diagnostics } = readSpec(smallSpec({ networks: `{ ${networks.join(', ')} }` }), 'a.yaml');
  const overlaps = diagnostics.filter((each) => each.code === 'LG_CIDR_OVERLAP');
  expect(new Set(overlaps.map(({ line, column }) => `${line}:${column}`)).size).toBe(overlaps.length);
  expect(overlaps.length).toBeGreaterThan(990);
  expect(diagnostics.at(-1)?.message).toMatch(/^there are at least 9,0\d\d more problems/);
}, 20_000);

test('50,000 unknown fields are listed as far as a person reads, and counted', () => {
  const fields = Array.from({ length: 50_000 }, (_, i) => `k${i}: 1`);
  for (const text of [`${smallSpec()}${fields.join('\n')}\n`, smallSpec({ limits: `{ ${fields.join(', ')} }` })]) {
    const { spec, diagnostics } = readSpec(text, 'a.yaml');
    expect([spec, diagnostics.length]).toEqual([undefined, 1001]);
    expect(diagnostics.at(-1)?.message).toBe('there are at least 49,000 more problems, which are not listed');
  }
}, 20_000);

test('an error after a thousand warnings is an error', () => {
  const grants = Array.from({ length: 1100 }, () => '{ from: [one, two, one], to: [db] }').join(', ');
  const access = `[${grants}, { from: [three], to: [db] }]`;
  const { spec, diagnostics } = readSpec(smallSpec({ access }), 'a.yaml');
  expect(spec).toBeUndefined();
  expect(diagnostics.at(-1)).toMatchObject({ code: 'LG_MORE_PROBLEMS', severity: 'error' });
  const warned = readSpec(smallSpec({ access: `[${grants}]` }), 'a.yaml');
  expect(warned.diagnostics.at(-1)).toMatchObject({ code: 'LG_MORE_PROBLEMS', severity: 'warning' });
  expect(warned.spec).toBeDefined();
});
