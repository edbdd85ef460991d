import { describe, expect, test } from 'vitest';
import { changedHub } from '../../test/plans/changed-hub.ts';
import { host, infra, port } from '../../test/plans/small-hub.ts';
import { buildTopology, trace } from './index.ts';

type Changes = Readonly<Record<string, unknown>>;

/** Where a connection ends in the small hub after these changes, and the sentence of its last hop. */
function ending(changes: Changes, from: string, to: string, n: number) {
  const { infra: made, routes } = changedHub(changes);
  const { hops, outcome } = trace(buildTopology(made, routes), { from, host: host(to), port: port(n) });
  const { at, name, why } = hops.at(-1) ?? { at: 'no hop', name: '', why: '' };
  return { outcome: outcome.is === 'reach' ? outcome.target : outcome.code, at, name, why, hops: hops.length };
}

describe('plans that do not fit each other: the walk stops where the next object is missing', () => {
  test.each<[what: string, changes: Changes, code: string, at: string, name: string, why: string]>([
    [
      'the service of the rule',
      { 'infra.endpointServices.0': undefined },
      'LG_NO_LISTENER',
      'service',
      's-1',
      'endpoint service s-1 is not in the plan',
    ],
    [
      'the router listener',
      { 'routes.listeners.0': undefined },
      'LG_NO_LISTENER',
      'router',
      's-1/443',
      'the router has no listener s-1/443',
    ],
    [
      'the upstream of the route',
      { 'routes.upstreams': {} },
      'LG_UPSTREAM_NO_ADDRESS',
      'upstream',
      'api.acme.test:443',
      'upstream api.acme.test:443 is not in the plan',
    ],
    [
      'every listener of the service',
      { 'infra.endpointServices.0.listeners': [] },
      'LG_NO_LISTENER',
      'listener',
      's-1/443',
      'no listener on port 443; the service has none',
    ],
  ])('%s', (_, changes, code, at, name, why) => {
    expect(ending(changes, 'science', 'api.acme.test', 443)).toMatchObject({ outcome: code, at, name, why });
  });

  test('a listener past the router that is for no target reaches none', () => {
    const changes = { 'infra.endpointServices.2.listeners.0.targets': [] };
    expect(ending(changes, 'finance', 'ledger.acme.test', 1521)).toMatchObject({
      outcome: 'LG_NO_LISTENER',
      at: 'listener',
    });
  });
});

describe('where two objects are for one thing, the first counts', () => {
  test('two rules for a name', () => {
    const rule = { kind: 'service', key: 'r-9', service: 's-2', domains: ['api.acme.test'] };
    expect(ending({ 'infra.nccs.0.rules.3': rule }, 'science', 'api.acme.test', 443).outcome).toBe('api');
  });

  test('two rules for a bucket', () => {
    const rule = { kind: 's3', key: 'r-9', awsService: 'com.amazonaws.eu-west-1.s3', buckets: ['acme-lake'] };
    const { infra: made, routes } = changedHub({ 'infra.nccs.0.rules.3': rule });
    expect(buildTopology(made, routes).nccs.get('n-1')?.byBucket.get('acme-lake')?.key).toBe('r-3');
  });

  test('two NCCs for a workspace', () => {
    const changes = { 'infra.nccs.1.workspaces': [{ name: 'science' }] };
    expect(ending(changes, 'science', 'crm.acme.test', 3306).outcome).toBe('crm-db');
  });

  test('two listeners on a port', () => {
    const other = { ...infra.endpointServices[0]?.listeners[0], key: 's-1/other' };
    const changes = { 'infra.endpointServices.0.listeners.2': other };
    expect(ending(changes, 'science', 'api.acme.test', 443).outcome).toBe('api');
  });
});

test('two rules of an NCC to one service are two endpoints to dial', () => {
  const rule = { kind: 'service', key: 'r-9', service: 's-1', domains: ['x.acme.test'] };
  const { infra: made, routes } = changedHub({ 'infra.nccs.0.rules.3': rule });
  const { nccs } = buildTopology(made, routes);
  expect(
    nccs
      .get('n-1')
      ?.byService.get('s-1')
      ?.map(({ key }) => key),
  ).toEqual(['r-1', 'r-9']);
});

describe('buckets', () => {
  const lake = 'acme-lake.s3.eu-west-1.amazonaws.com';

  test('one that a rule lists is reached without the hub, under the name of its target or its own', () => {
    expect(ending({}, 'science', lake, 443)).toEqual({
      outcome: 'lake',
      at: 'bucket',
      name: 'acme-lake',
      why: 'bucket acme-lake is reached through an S3 endpoint, without the hub',
      hops: 3,
    });
    expect(ending({ 'infra.targets.2': undefined }, 'science', lake, 443).outcome).toBe('acme-lake');
  });

  test('the rule that lists it is named', () => {
    const { infra: made, routes } = changedHub({});
    const { hops } = trace(buildTopology(made, routes), { from: 'science', host: host(lake), port: port(443) });
    expect(hops[1]?.why).toBe('S3 rule r-3 of NCC n-1 lists bucket acme-lake');
  });

  test.each([
    ['another region', 'acme-lake.s3.us-east-1.amazonaws.com'],
    ['no bucket in front', '.s3.eu-west-1.amazonaws.com'],
    ['a name that only begins so', 's3.eu-west-1.amazonaws.com.acme-lake'],
  ])('%s: it is a name like any other', (_, name) => {
    expect(ending({}, 'science', name, 443)).toMatchObject({
      outcome: 'LG_NO_RULE',
      at: 'rule',
      name,
      why: `no rule of NCC n-1 lists ${name}`,
    });
  });
});

describe('sentences', () => {
  test.each([
    [10, 'the ports are 7001, 7002, 7003, 7004, 7005, 7006, 7007, 7008, 7009, 7010'],
    [11, 'the ports are 7001, 7002, 7003, 7004, 7005, 7006, 7007, 7008, 7009, 7010, …'],
  ])('of %i listeners at most ten ports are told, rising', (count, why) => {
    const one = infra.endpointServices[0]?.listeners[0];
    const listeners = Array.from({ length: count }, (_, at) => ({ ...one, port: 7000 + count - at }));
    expect(ending({ 'infra.endpointServices.0.listeners': listeners }, 'science', 'api.acme.test', 443).why).toBe(
      `no listener on port 443; ${why}`,
    );
  });

  test('fixed addresses of an upstream are told, and that they are', () => {
    const [key, at] = ['api.acme.test:443', 'routes.upstreams'];
    const { routes } = changedHub({});
    const upstreams = (addresses: readonly string[]): Changes => ({
      [at]: { ...routes.upstreams, [key]: { ...routes.upstreams[key], addresses } },
    });
    const why = (addresses: readonly string[]): string =>
      ending(upstreams(addresses), 'science', 'api.acme.test', 443).why;
    expect(why(['10.1.1.1', '10.1.1.2'])).toBe('10.1.1.1, 10.1.1.2 (static):443 in network core');
    expect(why([])).toBe('api.acme.test:443 in network core');
  });

  test('a listener to a broker, and a route by port for every NCC that can dial it', () => {
    const forward = { to: 'broker', target: 'events', broker: 2, why: 'each broker has a port' };
    expect(
      ending({ 'infra.endpointServices.2.listeners.0.forward': forward }, 'finance', 'ledger.acme.test', 1521).why,
    ).toBe('listener 1521 bypasses the router and forwards to broker 2 of events: each broker has a port');
    const { infra: made, routes } = changedHub({});
    const { hops } = trace(buildTopology(made, routes), {
      from: 'science',
      host: host('crm.acme.test'),
      port: port(3306),
    });
    expect(hops.find(({ at }) => at === 'route')?.why).toBe(
      'route by port crm-db:3306 admits every NCC that can dial the listener',
    );
  });

  test('a plan without a router is for the engine node', () => {
    const { infra: made, routes } = changedHub({ 'infra.router': undefined });
    expect(buildTopology(made, routes).engine).toBe('node');
  });
});
