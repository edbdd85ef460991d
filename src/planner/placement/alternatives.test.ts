import { expect, test } from 'vitest';
import { unitsOf } from '../../../test/planner/bins.ts';
import { specOf, target } from '../../../test/planner/specs.ts';
import { defaultFacts } from '../../facts/index.ts';
import type { Target } from '../../spec/index.ts';
import { alternatives } from './alternatives.ts';
import { objectiveOf } from './objective.ts';

const options = {
  capacity: { namesPerRule: 2, rulesPerService: 1, listeners: 50, nccs: 1 },
  objective: objectiveOf(specOf({ access: [] }), defaultFacts),
  namesPerRuleReported: 100,
};

const found = (targets: readonly Target[], more: Partial<typeof options> = {}): readonly string[] =>
  alternatives(unitsOf(...targets.map((each) => [each, 1n] as const)), { ...options, ...more }).map(
    ({ choice, names, counts }) => `${choice} of ${names}: ${Object.values(counts).join(' ')}`,
  );

const many = (count: number, kind: Parameters<typeof target>[0]): readonly Target[] =>
  Array.from({ length: count }, (_, at) => target(kind, { name: `t${at}` }));

test.each<[what: string, targets: readonly Target[], want: readonly string[]]>([
  ['nothing to place', [], []],
  ['more names per rule', many(5, 'https'), ['domains_per_rule of 5: 1 1 1']],
  ['other ports', many(3, 'oracle'), ['domains_per_rule of 3: 3 3 3', 'port_policy of 3: 2 2 3']],
  ['one that is alone needs no other port', many(1, 'oracle'), ['domains_per_rule of 1: 1 1 1']],
  [
    'MySQL by name, against a port for each',
    many(2, 'mysql-by-name'),
    ['domains_per_rule of 2: 1 1 1', 'mysql_by_name of 2: 2 2 2'],
  ],
  ['one MySQL by name is not a choice', many(1, 'mysql-by-name'), ['domains_per_rule of 1: 1 1 1']],
])('%s', (_, targets, want) => {
  expect(found(targets)).toEqual(want);
});

test('names per rule are not a choice where there are as many already', () => {
  expect(found(many(3, 'https'), { namesPerRuleReported: 2 })).toEqual([]);
});

test('brokers with a service each are not a choice of ports', () => {
  const kafka = { listeners: 'per-broker', auth: ['iam'], brokers: 2, source: { kind: 'existing' } } as const;
  const brokers = target('https', { name: 'k', hosts: ['b-1.test', 'b-2.test'], kafka });
  expect(found([brokers])).toEqual(['domains_per_rule of 2: 2 2 2']);
  expect(found([brokers, ...many(2, 'oracle')])).toContain('port_policy of 2: 3 3 4');
});

test('above 2,000 names only the names per rule are tried', () => {
  expect(found(many(2_001, 'mysql-by-name'), { namesPerRuleReported: 2 })).toEqual([]);
});
