import { expect, test } from 'vitest';
import { limitNames } from '../ir/index.ts';
import { architectureOf, defaultFacts, limitsOf, limitText, principalArn } from './index.ts';

const isFact = (value: unknown): value is { name: string; source: string; asOf: string; sure: string } =>
  typeof value === 'object' && value !== null && 'source' in value && 'asOf' in value;

test('every fact and price has a source, a date and a mark', () => {
  const all = Object.values(defaultFacts).flatMap((group: object) => Object.values(group));
  expect(all.length).toBeGreaterThan(50);
  for (const fact of all) {
    expect(isFact(fact), JSON.stringify(fact)).toBe(true);
    if (!isFact(fact)) continue;
    expect(fact.source.length, fact.name).toBeGreaterThan(5);
    expect(fact.asOf, fact.name).toMatch(/^20\d\d-\d\d(-\d\d)?$/);
    expect(['documented', 'reported', 'assumption'], fact.name).toContain(fact.sure);
  }
});

test('each limit is filed under its own name', () => {
  expect(Object.keys(defaultFacts.limits)).toEqual([...limitNames]);
  for (const name of limitNames) expect(defaultFacts.limits[name].name).toBe(name);
});

test('a limit says whether the spec overrides it', () => {
  const limits = limitsOf({ domains_per_rule: 100 }, defaultFacts);
  expect(limits.domains_per_rule).toMatchObject({ value: 100, overridden: true, fact: { value: 10 } });
  expect(limits.endpoints_per_region).toMatchObject({ value: 30, overridden: false });
  expect(Object.keys(limits)).toEqual([...limitNames]);
});

test('a limit of 1 is one thing', () => {
  const ones = limitsOf(Object.fromEntries(limitNames.map((name) => [name, 1])), defaultFacts);
  expect(Object.values(ones).map((limit) => limitText(limit).replace(/ \(.*/, ''))).toEqual([
    '1 NCC per region and account',
    '1 workspace per NCC',
    '1 endpoint per region, over all NCCs',
    '1 endpoint of the region that exist outside this file',
    '1 name per private endpoint rule',
    '1 rule of one NCC to one endpoint service',
    '1 bucket per S3 rule',
    '1 load balancer per region',
    '1 listener per load balancer',
    '1 member per load balancer with cross-zone on',
    '1 target group per region',
    '1 simultaneous connection per member address and port',
  ]);
  expect(limitText(limitsOf({}, defaultFacts).endpoints_per_region)).toMatch(/^30 endpoints per region/);
});

test('a price that is not published is unknown, not zero', () => {
  expect(defaultFacts.prices.databricksEndpoint.amount).toBe('unknown');
  const free = Object.values(defaultFacts.prices).filter((price) => price.amount === 0);
  expect(free.map((price) => price.name)).toEqual(['s3_gateway_endpoint']);
});

test.each([
  ['commercial', 'eu-west-1', 'arn:aws:iam::565502421330:role/private-connectivity-role-eu-west-1'],
  ['govcloud', 'us-gov-west-1', 'arn:aws-us-gov:iam::347038500609:role/private-connectivity-role-us-gov-west-1'],
  ['govcloud-dod', 'us-gov-west-1', 'arn:aws-us-gov:iam::347034940029:role/private-connectivity-role-us-gov-west-1'],
] as const)('the principal of %s in %s', (partition, region, arn) => {
  expect(principalArn(defaultFacts, partition, region)).toBe(arn);
});

test.each([
  ['t4g.small', 'arm64'],
  ['c7gn.large', 'arm64'],
  ['a1.medium', 'arm64'],
  ['t3.large', 'x64'],
  ['m7i.large', 'x64'],
  ['g5.xlarge', 'x64'],
] as const)('%s is %s', (type, architecture) => {
  expect(architectureOf(type)).toBe(architecture);
});
