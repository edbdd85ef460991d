import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { smallSpec } from '../../test/small-spec.ts';
import { codes, hasErrors, type PlacedDiagnostic } from '../diagnostics/index.ts';
import { readSpec, type SpecReading } from './index.ts';

/** `LAKEGATE_RUNS=20 vitest run src/spec/laws` makes twenty times as many, with a longer --testTimeout. */
const runs = (usual: number): number => usual * Number(process.env.LAKEGATE_RUNS ?? 1);

const names = readdirSync('examples').filter((name) => name.endsWith('.yaml'));
const examples = names.map((name) => readFileSync(`examples/${name}`, 'utf8'));

/** What every reading owes, whatever it was given: a Spec or an error, each problem in words, with a code, at a place. */
function holds({ spec, diagnostics, source }: SpecReading): void {
  expect(hasErrors(diagnostics)).toBe(spec === undefined);
  expect(diagnostics.filter((each) => !isSaid(each, source))).toEqual([]);
}

function isSaid({ code, message, hint, line, column }: PlacedDiagnostic, source: SpecReading['source']): boolean {
  const words = `${message} ${hint ?? ''}`;
  const width = (source.line(line) ?? '').length;
  return (
    Object.hasOwn(codes, code) &&
    message !== '' &&
    !/\p{Cc}|\p{Bidi_Control}|\[object|undefined|NaN/u.test(words) &&
    line >= 1 &&
    column >= 1 &&
    (line === 1 || column <= width + 2)
  );
}

test.each(names)('%s cut anywhere is read or refused, never thrown at', (name) => {
  const text = readFileSync(`examples/${name}`, 'utf8');
  fc.assert(
    fc.property(fc.nat({ max: text.length }), (end) => holds(readSpec(text.slice(0, end), name))),
    { numRuns: runs(100) },
  );
});

test('an example with bytes changed anywhere is read or refused', () => {
  const change = fc.tuple(
    fc.nat({ max: 4000 }),
    fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 32, max: 126 }) }, fc.nat({ max: 255 })),
  );
  fc.assert(
    fc.property(fc.constantFrom(...examples), fc.array(change, { minLength: 1, maxLength: 8 }), (text, changes) => {
      const bytes = new TextEncoder().encode(text);
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      holds(readSpec(bytes, 'changed.yaml'));
    }),
    { numRuns: runs(400) },
  );
});

test('any bytes, and any text that looks like YAML, are read or refused', () => {
  const pieces = fc.constantFrom(
    'a',
    ': ',
    '- ',
    '\n',
    '  ',
    '{',
    '}',
    '[',
    ']',
    ',',
    '"',
    "'",
    '&a ',
    '*a',
    '<<',
    '?',
    '|',
    '#',
    '!',
    '%',
    '---',
    '\t',
    '0',
    '\u0000',
    'é',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(pieces, { maxLength: 60 }).map((all) => all.join('')),
      ),
      (input) => holds(readSpec(input, 'any.yaml')),
    ),
    { numRuns: runs(1000) },
  );
});

/** Paths of all values of plain data. */
function pathsOf(data: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof data !== 'object' || data === null) return [path];
  const entries = Array.isArray(data) ? data.map((value, i) => [i, value] as const) : Object.entries(data);
  return [path, ...entries.flatMap(([key, value]) => pathsOf(value, [...path, key]))];
}

/** A copy with the value at a path replaced. */
function replaced(data: unknown, [key, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(data)) return data.map((each, i) => (i === key ? replaced(each, rest, value) : each));
  return { ...(data as object), [key]: replaced((data as Record<string, unknown>)[key], rest, value) };
}

/** Words of the language of specs, so that wrong values are often right ones in the wrong place. */
const words = fc.constantFrom<unknown>(
  'kafka',
  's3',
  'mysql',
  'postgres',
  'tcp',
  'oracle',
  'name',
  'port',
  'inspect',
  'per-broker',
  'hub',
  'internet',
  'peering',
  '10.50.0.0/16',
  '0.0.0.0/0',
  '10.50.0.1',
  'a.acme.com',
  '*',
  'events',
  'lake',
  1,
  0,
  -1,
  65536,
  0.5,
  true,
  null,
  '',
  [],
  {},
);

test('an example with one value replaced by any other is read or refused', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...examples.map((text) => parse(text) as unknown)).chain((data) =>
        fc.tuple(
          fc.constant(data),
          fc.array(fc.tuple(fc.constantFrom(...pathsOf(data)), fc.oneof(words, fc.jsonValue())), {
            minLength: 1,
            maxLength: 3,
          }),
        ),
      ),
      ([data, changes]) => {
        let changed = data;
        for (const [path, value] of changes)
          if (pathsOf(changed).some((each) => each.join('\0') === path.join('\0')))
            changed = replaced(changed, path, value);
        holds(readSpec(JSON.stringify(changed), 'replaced.yaml'));
      },
    ),
    { numRuns: runs(500) },
  );
});

test('any fields at a target are read or refused', () => {
  const fields = {
    type: fc.constantFrom(
      'https',
      'http',
      'postgres',
      'mysql',
      'sqlserver',
      'oracle',
      'kafka',
      'redis',
      'mongodb',
      'tls',
      'tcp',
      's3',
    ),
    network: fc.constantFrom('core', 'hub', 'public', 'none'),
    host: fc.constantFrom('a.acme.com', '*.acme.com', 'B.acme.com.'),
    hosts: fc.array(fc.constantFrom('a.acme.com', 'c.acme.com', '')),
    port: fc.constantFrom(443, 5432, 0, '443'),
    address: fc.constantFrom<unknown>('10.50.0.1', ['10.50.0.1', '127.0.0.1'], [], 7),
    tls: fc.constantFrom('passthrough', 'inspect'),
    paths: fc.constantFrom({}, { allow: ['/'] }, { deny: ['x'] }),
    routing: fc.constantFrom('name', 'port', 'bucket'),
    default: fc.constantFrom<unknown>(true, false, 'yes'),
    family: fc.constantFrom('mysql', 'mariadb', 'oracle'),
    first: fc.constantFrom('client', 'server'),
    health: fc.constantFrom('none', 'tcp', 'tls', 'postgres'),
    listeners: fc.constantFrom('sni', 'per-broker'),
    auth: fc.array(fc.constantFrom('iam', 'scram', 'tls', 'plain')),
    msk: fc.constantFrom(
      {},
      { brokers: ['b1.acme.com', 'b2.acme.com'] },
      { cluster: 'arn:aws:kafka:eu-west-1:111122223333:cluster/a/0a-1' },
      { create: { brokers: 3, version: '3.9.x', instance: 'kafka.m5.large', storage_gb: 1 } },
    ),
    bucket: fc.constantFrom('acme-lake', 'x'),
    buckets: fc.array(fc.constantFrom('acme-lake', 'acme-raw')),
    renamed_from: fc.constantFrom('a', 'z'),
  };
  const target = fc.record(fields, { requiredKeys: [] });
  fc.assert(
    fc.property(target, target, (a, b) =>
      holds(readSpec(smallSpec({ targets: JSON.stringify({ a, b }) }), 'fields.yaml')),
    ),
    { numRuns: runs(500) },
  );
});

/** The same data with the keys of every map in another order. */
function shuffled(data: unknown, order: (keys: readonly string[]) => readonly string[]): unknown {
  if (Array.isArray(data)) return data.map((each) => shuffled(each, order));
  if (typeof data !== 'object' || data === null) return data;
  const from = data as Record<string, unknown>;
  return Object.fromEntries(order(Object.keys(from)).map((key) => [key, shuffled(from[key], order)]));
}

/** Lists that stand for sets, in one order; map keys, in one order. */
const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, each]) => [key, sorted(each)]),
        )
      : value;

test('the order of keys changes the order of the Spec, and nothing else', () => {
  fc.assert(
    fc.property(fc.constantFrom(...examples), fc.array(fc.nat(), { minLength: 8, maxLength: 8 }), (text, seeds) => {
      let i = 0;
      const order = (keys: readonly string[]) =>
        keys
          .map((key) => [((seeds[i++ % seeds.length] ?? 0) * 7919 + i * 104_729) % 1009, key] as const)
          .sort((a, b) => a[0] - b[0])
          .map(([, key]) => key);
      const other = readSpec(JSON.stringify(shuffled(parse(text), order)), 'shuffled.yaml');
      expect(other.diagnostics).toEqual([]);
      expect(sorted(other.spec)).toEqual(sorted(readSpec(text, 'as-is.yaml').spec));
    }),
    { numRuns: runs(60) },
  );
});
