import { beforeAll, expect, test } from 'vitest';
import { nodeFiles } from '../files/index.ts';
import { type PlannedSpec, planSpecFile } from '../planning/index.ts';
import { comparePlan, provePlan, snippetsFor, traceConnection } from './index.ts';

async function planned(example: string): Promise<PlannedSpec> {
  const folder = { cwd: process.cwd(), files: nodeFiles };
  const { made, diagnostics } = await planSpecFile(`examples/${example}.yaml`, folder, { acceptNotYet: true });
  if (!made) throw new Error(JSON.stringify(diagnostics));
  return made;
}

let hub: PlannedSpec;
beforeAll(async () => {
  hub = await planned('hub-router');
});

const connections = (made: PlannedSpec, query: Parameters<typeof traceConnection>[1]) => {
  const found = traceConnection(made, query);
  return 'code' in found
    ? found.message
    : found.traces.map(({ question, outcome }) => `${question.host}:${question.port} ${outcome.is}`);
};

test.each<[string, string, readonly string[]]>([
  ['analytics', 'crm-db', ['crm.c1x2y3.eu-west-1.rds.amazonaws.com:3306 reach']],
  ['finance', 'crm-db', ['crm.c1x2y3.eu-west-1.rds.amazonaws.com:3306 refuse']],
  ['finance', 'CRM.c1x2y3.eu-west-1.rds.amazonaws.com:3306', ['crm.c1x2y3.eu-west-1.rds.amazonaws.com:3306 refuse']],
  ['analytics', 'lake', ['acme-landing-zone.s3.eu-west-1.amazonaws.com:443 reach']],
])('from %s to %s: %j', (from, to, want) => {
  expect(connections(hub, { from, to })).toEqual(want);
});

test.each<[Parameters<typeof traceConnection>[1], string]>([
  [{ from: 'analytix', to: 'crm-db' }, 'there is no workspace analytix; did you mean analytics?'],
  [{ from: 'analytics', to: 'crm-bd' }, 'crm-bd is neither a target of the spec nor HOST:PORT; did you mean crm-db?'],
  [{ from: 'analytics', to: 'crm.acme.com:0' }, 'crm.acme.com:0 is neither a target of the spec nor HOST:PORT'],
  [{ from: 'analytics', to: 'crm.acme.com:65536' }, 'crm.acme.com:65536 is neither a target of the spec nor HOST:PORT'],
  [{ from: 'analytics', to: 'crm.acme.com:3306x' }, 'crm.acme.com:3306x is neither a target of the spec nor HOST:PORT'],
  [{ from: 'analytics', to: ':3306' }, ':3306 is neither a target of the spec nor HOST:PORT'],
  [{ from: 'analytics', to: 'crm-db', via: 's-99' }, 'there is no endpoint service s-99; did you mean s-1?'],
])('%j is a problem of the command line: %s', (query, message) => {
  expect(traceConnection(hub, query)).toMatchObject({ code: 'LG_USAGE', message: expect.stringContaining(message) });
});

test('* is every workspace, or every target', () => {
  expect(connections(hub, { from: '*', to: 'crm-db' })).toEqual(
    ['reach', 'reach', 'refuse'].map((is) => `crm.c1x2y3.eu-west-1.rds.amazonaws.com:3306 ${is}`),
  );
  const all = connections(hub, { from: '*', to: '*' });
  const reached = (all as readonly string[]).filter((each) => each.endsWith(' reach'));
  expect(reached).toHaveLength(17);
  expect(new Set((all as readonly string[]).map((each) => each.split(' ')[0])).size * 3).toBe(all.length);
});

test('a target with many names is traced in part, and the rest is counted', () => {
  const [target] = hub.plan.infra.targets.filter(({ name }) => name === 'crm-db');
  if (!target) throw new Error('no crm-db');
  const host = target.hosts[0];
  if (!host) throw new Error('no host');
  const many = {
    ...target,
    hosts: Array.from({ length: 23 }, (_, i) => host.replace('crm', `crm${i}`) as typeof host),
  };
  const infra = { ...hub.plan.infra, targets: [...hub.plan.infra.targets.filter((each) => each !== target), many] };
  const found = traceConnection({ ...hub, plan: { ...hub.plan, infra } }, { from: 'analytics', to: 'crm-db' });
  expect('code' in found ? found : [found.traces.length, found.more]).toEqual([20, 3]);
});

test('a target that no workspace may reach has nothing to trace', () => {
  const infra = {
    ...hub.plan.infra,
    targets: hub.plan.infra.targets.map((each) => ({ ...each, hosts: [], buckets: [] })),
  };
  const made = { ...hub, plan: { ...hub.plan, infra } };
  expect(connections(made, { from: 'analytics', to: 'crm-db' })).toMatch(/^nothing is built for crm-db/);
});

test('via: dials a service by its address, so the route decides', async () => {
  const apis = await planned('https-apis');
  const outcome = (query: object) => {
    const found = traceConnection(apis, { from: 'apps', to: 'github', ...query });
    return 'code' in found ? found : found.traces[0]?.outcome;
  };
  expect(outcome({})).toEqual({ is: 'refuse', code: 'LG_NO_RULE' });
  expect(outcome({ via: 's-1' })).toEqual({ is: 'refuse', code: 'LG_NOT_GRANTED' });
});

test('path: which target and upstream a request gets, with which path, or which code refuses it', async () => {
  const apis = await planned('https-apis');
  const asked = (to: string, path?: string, from = 'ml') => {
    const found = traceConnection(apis, { from, to, path });
    if ('code' in found) return found.message;
    const { hops, outcome } = found.traces[0] ?? { hops: [], outcome: undefined };
    return [outcome?.is === 'reach' ? outcome.target : outcome?.code, hops.slice(-1).map(({ why }) => why)].flat();
  };
  const host = 'api.corp.acme.com:443';
  expect(asked(host, '/orders/7')).toEqual([
    'orders-api',
    'orders.internal.acme.com:8443, with TLS for orders.internal.acme.com, in network onprem',
  ]);
  expect(asked(host, '/orders/../search')).toEqual([
    'search-api',
    expect.stringMatching(/^search\.internal\.acme\.com:443/),
  ]);
  expect(asked(host, '/search', 'apps')).toEqual(['LG_NOT_GRANTED', expect.stringContaining('search-api')]);
  const refused = traceConnection(apis, { from: 'apps', to: host, path: '/search' });
  expect('code' in refused ? refused : refused.traces[0]?.hops.find(({ at }) => at === 'route')?.why).toMatch(
    /asks for api\.corp\.acme\.com; n-1 is granted a route of this name, with TLS inspected/,
  );
  expect(asked(host, '/ordersX')).toEqual([
    'LG_PATH_UNKNOWN',
    'no target at api.corp.acme.com has a prefix of “/ordersX”',
  ]);
  expect(asked('search-api')).toEqual(['search-api', expect.stringContaining('search.internal.acme.com')]);
  expect(asked('billing', '/v1/admin/x')).toEqual([
    'LG_PATH_DENIED',
    'the path “/v1/admin/x” is denied by /v1/admin/**',
  ]);
  expect(asked('git', '/x')).toEqual(['git', expect.stringContaining('git.corp.acme.com')]);
  expect(asked(host, '/orders?x=1')).toBe('--path is a path without a query (?) or a fragment (#)');
});

test('compare says what the ways without a router cannot do for targets that share a host by path', async () => {
  const remarks = comparePlan(await planned('https-apis')).strategies.map(({ remarks: of }) => of.join(' '));
  expect(remarks.map((each) => each.includes('share a host by path'))).toEqual([true, true, false]);
});

test('the proof of a plan holds; that of a plan in which a grant is missing names it', () => {
  expect(provePlan(hub)).toMatchObject({ holds: true, failures: [] });
  const { infra, routes } = hub.plan;
  const listeners = routes.listeners.map((listener) => ({
    ...listener,
    routes: listener.routes.map((route) => (route.target === 'vault' ? { ...route, allow: ['n-1'] } : route)),
  }));
  const proof = provePlan(hub, { infra, routes: { ...routes, listeners } });
  expect(proof.holds).toBe(false);
  expect(proof.failures[0]).toMatchObject({ kind: 'not-reached', question: { from: 'finance' } });
});

test('what was accepted as surplus counts as granted', () => {
  const surplus = [
    { workspace: 'finance', target: 'crm-db' },
    { workspace: 'finance', target: 'lake' },
  ];
  const proof = provePlan({ ...hub, plan: { ...hub.plan, surplus } });
  // The plan does not bring it about: what is accepted and not reached is told as such.
  expect(proof.failures.map(({ question }) => question)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ from: 'finance', host: 'crm.c1x2y3.eu-west-1.rds.amazonaws.com' }),
      expect.objectContaining({ from: 'finance', host: 'acme-landing-zone.s3.eu-west-1.amazonaws.com' }),
    ]),
  );
});

const idsOf = (query: Parameters<typeof snippetsFor>[1]) => {
  const found = snippetsFor(hub, query);
  return 'code' in found
    ? `${found.code} ${found.message}`
    : found.targets.map(({ target, snippets }) => [target, snippets.map(({ id }) => id)] as const);
};

test('snippets: all that a workspace may reach, one target, or one snippet', () => {
  const all = idsOf({ workspace: 'finance' });
  if (typeof all === 'string') throw new Error(all);
  const granted = hub.plan.infra.targets.filter(({ workspaces }) => workspaces.includes('finance'));
  expect(all.map(([target]) => target)).toEqual(granted.map(({ name }) => name));
  expect(all.every(([, ids]) => ids.length > 0)).toBe(true);
  expect(idsOf({ workspace: 'analytics', target: 'orders-db', only: 'psycopg' })).toEqual([['orders-db', ['psycopg']]]);
});

test.each<[Parameters<typeof snippetsFor>[1], string]>([
  [{ workspace: 'finanze' }, 'LG_USAGE there is no workspace finanze; did you mean finance?'],
  [{ workspace: 'finance', target: 'lak' }, 'LG_USAGE there is no target lak; did you mean lake?'],
  [{ workspace: 'finance', target: 'crm-db' }, 'LG_NOT_GRANTED finance may not reach crm-db; '],
  [
    { workspace: 'analytics', target: 'orders-db', only: 'cobol' },
    'LG_USAGE there is no snippet cobol here; there are ',
  ],
])('snippets %j: %s', (query, want) => {
  expect(idsOf(query)).toContain(want);
});

test('snippets of many targets are cut, and the rest is counted', () => {
  const [target] = hub.plan.infra.targets.filter(({ name }) => name === 'orders-db');
  if (!target) throw new Error('no orders-db');
  const targets = Array.from({ length: 53 }, (_, i) => ({ ...target, name: `t${i}` }));
  const found = snippetsFor(
    { ...hub, plan: { ...hub.plan, infra: { ...hub.plan.infra, targets } } },
    { workspace: 'analytics' },
  );
  expect('code' in found ? found : [found.targets.length, found.more]).toEqual([50, 3]);
});

test('the comparison is of this plan', () => {
  const { strategies, targets } = comparePlan(hub);
  const endpoints = hub.plan.infra.nccs.reduce((sum, ncc) => sum + ncc.rules.length, 0);
  expect(strategies.find(({ name }) => name === 'hub')?.counts).toMatchObject({ endpoints });
  expect(targets).toBeGreaterThan(0);
});
