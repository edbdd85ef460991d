import { expect, test } from 'vitest';
import { smallSpec } from '../../../test/small-spec.ts';
import { defaultFacts } from '../../facts/index.ts';
import { readSpec } from '../../spec/index.ts';
import { makePlan } from '../index.ts';
import { changes } from './changes.ts';

interface Wanted {
  readonly vpc?: string;
  readonly brokers?: number;
  readonly name?: string;
}

function planOf({ vpc = 'create: { cidr: 10.40.0.0/22, zones: 3 }', brokers = 6, name = 'acme' }: Wanted) {
  const create = `{ brokers: ${brokers}, version: 3.9.x, instance: kafka.m5.large, storage_gb: 100 }`;
  const { spec, diagnostics } = readSpec(
    smallSpec({
      name,
      hub: `{ vpc: { ${vpc} } }`,
      networks: '{ hub: { reach: hub } }',
      targets: `{ events: { type: kafka, network: hub, msk: { create: ${create} } } }`,
    }),
    'lakegate.yaml',
  );
  const planned = spec && makePlan(spec, defaultFacts);
  if (!planned?.plan) throw new Error(JSON.stringify([diagnostics, planned?.diagnostics]));
  return planned.plan;
}

const cluster = 'the Kafka cluster and all data in it';
const isReplaced = (before: Wanted, after: Wanted): boolean =>
  changes(planOf(before), planOf(after)).replaced.some(({ what }) => what === cluster);
const zones = (count: number, cidr = '10.40.0.0/22') => ({ vpc: `create: { cidr: ${cidr}, zones: ${count} }` });
const existing = (...ids: readonly string[]) => ({
  vpc: `id: vpc-0123456789abcdef0, subnets: [${ids.map((id) => `subnet-0aaaaaaaaaaaaaaa${id}`)}]`,
});

test.each<[string, Wanted, Wanted, boolean]>([
  ['fewer zones', zones(3), zones(2), true],
  ['more zones', zones(2), zones(3), true],
  ['another hub', zones(3), zones(3, '10.44.0.0/22'), true],
  ['an existing hub', zones(3), existing('1', '2', '3'), true],
  ['other subnets', existing('1', '2', '3'), existing('1', '2', '4'), true],
  ['a subnet more, where the brokers can use it', existing('1', '2'), existing('1', '2', '3'), true],
  ['a subnet more than brokers use', existing('1', '2', '3'), existing('1', '2', '3', '4'), false],
  ['more brokers', {}, { brokers: 9 }, false],
  ['nothing', {}, {}, false],
])('%s: the cluster is destroyed and made again, and its data lost', (_, before, after, replaced) => {
  expect(isReplaced(before, after)).toBe(replaced);
});

test('where everything is replaced, the cluster is not told beside it', () => {
  expect(isReplaced(zones(3), { ...zones(2), name: 'other' })).toBe(false);
});
