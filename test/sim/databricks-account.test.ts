import { inspect } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { type AccountClient, accountClient, DatabricksCallError } from '../../src/databricks/index.ts';
import { defaultFacts } from '../../src/facts/index.ts';
import { Secret } from '../../src/ir/index.ts';
import { answerConnection, connectionsOf, type Thing } from '../../src/sim/aws/index.ts';
import {
  type AccountOptions,
  ApiError,
  DatabricksAccount,
  type DatabricksServer,
  startDatabricks,
} from '../../src/sim/databricks/index.ts';
import { HubWorld, home } from './hub-world.ts';

const accountId = '0d26daa6-5e44-4c97-a497-ef015f91254a';
const minute = 60_000;
const day = 24 * 60 * minute;

interface Set {
  readonly hub: HubWorld;
  readonly service: Thing;
  readonly serviceName: string;
  readonly account: DatabricksAccount;
  readonly server: DatabricksServer;
  readonly client: AccountClient;
  readonly pauses: number[];
  later(milliseconds: number): void;
}

async function set(options: Partial<AccountOptions> = {}): Promise<Set> {
  let now = Date.UTC(2026, 10, 20);
  const hub = new HubWorld();
  const { service } = await hub.hub();
  const account = new DatabricksAccount({ aws: hub.world, accountId, now: () => now, ...options });
  const server = await startDatabricks(account);
  onTestFinished(() => server.close());
  const pauses: number[] = [];
  const client = accountClient({
    host: server.accountUrl,
    accountId,
    clientId: server.clientId,
    clientSecret: new Secret(server.clientSecret),
    now: () => now,
    pause: async (milliseconds) => void pauses.push(milliseconds),
  });
  return {
    hub,
    service,
    serviceName: String(service.attributes.service_name),
    account,
    server,
    client,
    pauses,
    later: (ms) => {
      now += ms;
    },
  };
}

/** What the account refuses; undefined where it agrees. */
function refusal(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return `${error.status} ${error.code}: ${error.message}`;
  }
}

const ncc = (from: Set, name = 'one') =>
  from.account.createNcc({ name, region: home.region }).network_connectivity_config_id;
const rule = (from: Set, nccId: string, domain_names: readonly string[] = ['a.acme.com']) =>
  from.account.createRule(nccId, { endpoint_service: from.serviceName, domain_names });

test('a rule has no endpoint at first, waits for us, is established, and is disconnected when we reject it', async () => {
  const from = await set();
  const { client, hub, service, later } = from;
  const nccId = ncc(from);
  const { rule_id } = rule(from, nccId);
  const read = async () => client.rule(nccId, rule_id);
  expect(await read()).toMatchObject({
    connection: 'CREATING',
    domains: ['a.acme.com'],
    endpointService: from.serviceName,
  });
  expect((await read()).endpointId).toBeUndefined();
  later(2 * minute);
  const pending = await read();
  expect(pending.connection).toBe('PENDING');
  expect(connectionsOf(hub.world, service.id).map((each) => each.id)).toEqual([pending.endpointId]);
  answerConnection(hub.world, service.id, pending.endpointId ?? '', 'accept');
  expect((await read()).connection).toBe('ESTABLISHED');
  answerConnection(hub.world, service.id, pending.endpointId ?? '', 'reject');
  expect((await read()).connection).toBe('DISCONNECTED');
  later(15 * day);
  expect((await read()).connection).toBe('EXPIRED');
});

test('a rule that is not accepted expires after fourteen days, a rejected one is REJECTED, one to an unknown service fails', async () => {
  const from = await set();
  const { client, hub, service, later } = from;
  const nccId = ncc(from);
  const { rule_id } = rule(from, nccId);
  const lost = from.account.createRule(nccId, {
    endpoint_service: 'com.amazonaws.vpce.eu-west-1.vpce-svc-00000000000000000',
    domain_names: ['b.acme.com'],
  });
  later(2 * minute);
  expect(await client.rule(nccId, lost.rule_id)).toMatchObject({
    connection: 'CREATE_FAILED',
    error: expect.stringContaining('InvalidServiceName'),
  });
  expect((await client.rule(nccId, rule_id)).connection).toBe('PENDING');
  later(13 * day);
  expect((await client.rule(nccId, rule_id)).connection).toBe('PENDING');
  later(2 * day);
  expect((await client.rule(nccId, rule_id)).connection).toBe('EXPIRED');
  expect(connectionsOf(hub.world, service.id)).toEqual([]);
});

test('a waiting rule goes at once; a connected one is deactivated, and its endpoint holds our service for a day', async () => {
  const from = await set();
  const { client, hub, service, later } = from;
  const nccId = ncc(from);
  const waiting = rule(from, nccId);
  await client.deleteRule(nccId, waiting.rule_id);
  await expect(client.rule(nccId, waiting.rule_id)).rejects.toMatchObject({
    status: 404,
    code: 'RESOURCE_DOES_NOT_EXIST',
  });
  const made = rule(from, nccId);
  later(2 * minute);
  const { endpointId = '' } = await client.rule(nccId, made.rule_id);
  answerConnection(hub.world, service.id, endpointId, 'accept');
  expect((await client.deleteRule(nccId, made.rule_id)).deactivated).toBe(true);
  expect(connectionsOf(hub.world, service.id).map((each) => each.attributes.state)).toEqual(['Available']);
  later(day + minute);
  expect(await client.rules(nccId)).toEqual([]);
  expect(connectionsOf(hub.world, service.id)).toEqual([]);
});

test('limits are the facts: the one that fits is made, the next is refused', async () => {
  const from = await set();
  const { limits } = defaultFacts;
  const nccs = Array.from({ length: limits.nccs_per_region.value }, (_, at) => ncc(from, `ncc-${at}`));
  expect(refusal(() => ncc(from, 'too-many'))).toMatch(/^400 RESOURCE_EXHAUSTED: .*10/);
  const service = (at: number): string =>
    `com.amazonaws.vpce.eu-west-1.vpce-svc-0000000000000${String(at).padStart(4, '0')}`;
  for (let at = 0; at < limits.endpoints_per_region.value; at += 1)
    from.account.createRule(nccs[at % nccs.length] ?? '', {
      endpoint_service: service(at),
      domain_names: [`n${at}.acme.com`],
    });
  expect(
    refusal(() =>
      from.account.createRule(nccs[0] ?? '', { endpoint_service: service(99), domain_names: ['x.acme.com'] }),
    ),
  ).toMatch(/^400 RESOURCE_EXHAUSTED: .*30 private endpoints/);
  expect((await from.client.nccs()).map((each) => each.id)).toEqual(nccs);
});

test.each<[string, (from: Set) => unknown, RegExp]>([
  ['a name of two characters', (from) => ncc(from, 'ab'), /^400 INVALID_PARAMETER_VALUE/],
  ['a name with a dot', (from) => ncc(from, 'a.b.c'), /^400 INVALID_PARAMETER_VALUE/],
  [
    'more names than a rule may have',
    (from) =>
      rule(
        from,
        ncc(from),
        Array.from({ length: 11 }, (_, at) => `n${at}.acme.com`),
      ),
    /at most 10 domain names, got 11/,
  ],
  ['a wildcard', (from) => rule(from, ncc(from), ['*.acme.com']), /'\*\.acme\.com' is not a fully qualified/],
  ['an address as a name', (from) => rule(from, ncc(from), ['10.0.0.1']), /not a fully qualified/],
  ['no names', (from) => rule(from, ncc(from), []), /at least one/],
  [
    'a service of another region',
    (from) =>
      from.account.createRule(ncc(from), {
        endpoint_service: from.serviceName.replace('eu-west-1', 'us-east-1'),
        domain_names: ['a.acme.com'],
      }),
    /in region us-east-1/,
  ],
  [
    'names and buckets',
    (from) =>
      from.account.createRule(ncc(from), {
        endpoint_service: from.serviceName,
        domain_names: ['a.acme.com'],
        resource_names: ['b'],
      }),
    /Only one of/,
  ],
  [
    'a second rule of an NCC to a service',
    (from) => {
      const id = ncc(from);
      rule(from, id);
      return rule(from, id, ['b.acme.com']);
    },
    /exists already/,
  ],
  [
    'a change of nothing',
    (from) => {
      const id = ncc(from);
      return from.account.updateRule(id, rule(from, id).rule_id, '', {});
    },
    /Update mask must be specified/,
  ],
  [
    'a change of the service',
    (from) => {
      const id = ncc(from);
      return from.account.updateRule(id, rule(from, id).rule_id, 'endpoint_service', {});
    },
    /cannot be updated/,
  ],
  [
    'an S3 rule that is enabled too early',
    (from) => {
      const id = ncc(from);
      const made = from.account.createRule(id, { resource_names: ['b'] });
      return from.account.updateRule(id, made.rule_id, 'enabled', { enabled: true });
    },
    /400 INVALID_STATE: .*connection_state is ESTABLISHED/,
  ],
  [
    'deletion of an NCC with rules',
    (from) => {
      const id = ncc(from);
      rule(from, id);
      return from.account.deleteNcc(id);
    },
    /has one or more private endpoint rules/,
  ],
  [
    'deletion of an NCC with workspaces',
    (from) => {
      const id = ncc(from);
      from.account.addWorkspace({ id: '1', name: 'w', region: home.region });
      from.account.bindWorkspace(1, id);
      return from.account.deleteNcc(id);
    },
    /attached to one or more workspaces/,
  ],
  [
    'a workspace of another region',
    (from) => {
      from.account.addWorkspace({ id: '1', name: 'w', region: 'us-east-1' });
      return from.account.bindWorkspace(1, ncc(from));
    },
    /workspace 1 in us-east-1/,
  ],
  [
    'unbinding',
    (from) => {
      from.account.addWorkspace({ id: '1', name: 'w', region: home.region });
      return from.account.bindWorkspace(1, '');
    },
    /cannot be unset/,
  ],
  [
    'a workspace too many',
    (from) => {
      const id = ncc(from);
      for (let at = 0; at <= 50; at += 1) {
        from.account.addWorkspace({ id: String(at), name: `w${at}`, region: home.region });
        from.account.bindWorkspace(at, id);
      }
      return undefined;
    },
    /limit of 50 workspaces/,
  ],
  ['deletion of the default policy', (from) => from.account.policies.remove('default-policy'), /cannot be deleted/],
  [
    'a policy id of 33 characters',
    (from) => from.account.policies.create({ network_policy_id: 'p'.repeat(33) }),
    /must match/,
  ],
  [
    'a sixth secret of a service principal',
    (from) => {
      for (let at = 0; at < 6; at += 1) from.account.principals.createSecret('1', {});
      return undefined;
    },
    /maximum of 5/,
  ],
])('refused: %s', async (_, work, refused) => {
  const from = await set();
  expect(refusal(() => work(from))).toMatch(refused);
});

test('an S3 rule needs no acceptance, and can be enabled then', async () => {
  const from = await set();
  const nccId = ncc(from);
  const { rule_id } = from.account.createRule(nccId, {
    endpoint_service: 'com.amazonaws.eu-west-1.s3',
    resource_names: ['lake'],
  });
  from.later(5 * minute);
  expect(await from.client.rule(nccId, rule_id)).toMatchObject({
    connection: 'ESTABLISHED',
    buckets: ['lake'],
    domains: [],
  });
  expect(from.account.updateRule(nccId, rule_id, 'enabled', { enabled: true }).enabled).toBe(true);
});

test('the client reads every page and binds a workspace', async () => {
  const from = await set({ limits: { nccs_per_region: 60 } });
  const ids = Array.from({ length: 45 }, (_, at) => ncc(from, `ncc-${at}`));
  expect((await from.client.nccs()).map((each) => each.id)).toEqual(ids);
  from.account.addWorkspace({ id: '1234567890123456', name: 'analytics', region: home.region });
  expect(await from.client.bind('1234567890123456', ids[0] ?? '')).toEqual({
    id: '1234567890123456',
    name: 'analytics',
    region: home.region,
    status: 'RUNNING',
    nccId: ids[0],
  });
  expect((await from.client.workspaces()).map((each) => each.id)).toEqual(['1234567890123456']);
});

test('the client waits where it is told to, a bounded number of times, and gives the code of what is refused', async () => {
  const from = await set();
  let busy = 2;
  from.server.before = ({ path }) => {
    if (path.includes('network-connectivity') && busy-- > 0)
      throw new ApiError(429, 'REQUEST_LIMIT_EXCEEDED', 'slow down');
  };
  expect(await from.client.nccs()).toEqual([]);
  expect(from.pauses).toEqual([1000, 2000]);
  busy = 100;
  await expect(from.client.nccs()).rejects.toMatchObject({ status: 429, code: 'REQUEST_LIMIT_EXCEEDED' });
  expect(from.pauses).toHaveLength(5);
});

test('a token is used again until it nearly ends; a wrong secret is refused and shown nowhere', async () => {
  const from = await set();
  const asked: string[] = [];
  from.server.before = ({ path }) => void asked.push(path.split('/').at(-1) ?? '');
  const tokens = () => asked.filter((each) => each === 'token').length;
  await from.client.nccs();
  await from.client.nccs();
  expect(tokens()).toBe(1);
  from.later(59.5 * minute);
  await from.client.nccs();
  expect(tokens()).toBe(2);
  const secret = new Secret('dose-very-secret');
  const wrong = accountClient({
    host: from.server.accountUrl,
    accountId,
    clientId: from.server.clientId,
    clientSecret: secret,
  });
  const error: unknown = await wrong.nccs().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(DatabricksCallError);
  expect(error).toMatchObject({ status: 401, code: 'invalid_client' });
  expect(
    [inspect(error, { depth: 9 }), inspect(secret), String(secret), JSON.stringify({ secret })].join(),
  ).not.toContain('very-secret');
});

test('nothing is answered without a token', async () => {
  const { server } = await set();
  const response = await fetch(`${server.accountUrl}/api/2.0/accounts/${accountId}/network-connectivity-configs`);
  expect([response.status, await response.json()]).toEqual([
    401,
    expect.objectContaining({ error_code: 'UNAUTHENTICATED' }),
  ]);
});
