import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import {
  backend,
  connected,
  ending,
  exchange,
  fakeRouter,
  filledAccounts,
  firstBytes,
  groupOf,
  legacy,
  manualTimers,
  named,
  orders,
  readiness,
  startTestNetwork,
  type TestNetwork,
  theOne,
} from '../../../test/support/network.ts';
import type { TargetState } from '../aws/index.ts';
import { answerConnection, createThing, removeThing, setTargetHealth, text, updateThing } from '../aws/index.ts';
import { timings } from '../databricks/index.ts';

/** Port 3306 has no PROXY header, so that a fake router hears what the client says. */
const dial = ({ dial: by }: TestNetwork) => by('analytics', legacy, 3306);

async function ask(test: TestNetwork): Promise<string> {
  const client = await dial(test);
  const answer = await exchange(client);
  client.destroy();
  return answer;
}

/** How a connection ends that is not served: at once, or after it was taken. */
const refused = (test: TestNetwork): Promise<string> =>
  dial(test).then(ending, (error: NodeJS.ErrnoException) => error.code ?? error.message);

/** The nth machine is in that state in the group behind port 3306. */
const health =
  ({ machines, accounts }: TestNetwork, machine: number, state: TargetState) =>
  (event: Parameters<Parameters<TestNetwork['seen']>[0]>[0]): boolean =>
    event.is === 'target-health' &&
    event.group === groupOf(accounts, 3306).attributes.name &&
    event.target === machines[machine]?.id &&
    event.state === state;

test('a port without a listener refuses, an address without an endpoint is unreachable', async () => {
  const { network, dial: by } = await startTestNetwork([]);
  await expect(by('analytics', orders, 9999)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await expect(by('finance', orders, 5432)).rejects.toMatchObject({ code: 'ENOTFOUND' });
  expect(network.resolve('finance', orders)).toBeUndefined();
  expect(() => network.loopbackOf('10.1.2.3', 5432)).toThrow('EHOSTUNREACH');
});

test('the PROXY header comes with the first payload, once, and names the endpoint and an address of the load balancer', async () => {
  const heard: string[] = [];
  const serves = await backend((socket) => socket.on('data', (chunk) => heard.push(chunk.toString('latin1'))));
  const { accounts, dial: by } = await startTestNetwork([{ serves, readiness: await readiness() }]);
  const client = await by('analytics', orders, 5432);
  await once(serves.server, 'connection'); // the target is dialled at once
  expect(heard).toEqual([]); // and hears nothing until the client speaks
  client.write('one');
  const target = serves.sockets[0] ?? expect.unreachable();
  await once(target, 'data');
  client.write('two');
  await once(target, 'data');
  client.destroy();
  const all = heard.join('');
  expect(all.slice(0, 12)).toBe('\r\n\r\n\0\r\nQUIT\n');
  const [rule] = [...accounts.databricks.rules.values()].filter((each) => each.domain_names?.includes(orders));
  expect(all).toContain(rule?.vpc_endpoint_id);
  const source = [...Buffer.from(all.slice(16, 20), 'latin1')].join('.');
  const nodes = theOne(accounts, 'aws_lb').attributes.node_addresses as readonly { address: string }[];
  expect(nodes.map(({ address }) => address)).toContain(source);
  expect(all.endsWith('onetwo')).toBe(true);
  expect(all.split('QUIT')).toHaveLength(2);
});

test('a server that speaks first is not heard through a listener with the PROXY header, and is without it', async () => {
  const serves = await backend((socket) => {
    socket.write('greeting');
    named('server')(socket);
  });
  const started = await startTestNetwork([{ serves, readiness: await readiness() }]);
  const silent = await started.dial('analytics', orders, 5432);
  let heard = '';
  silent.on('data', (chunk) => {
    heard += chunk.toString('latin1');
  });
  const plain = await dial(started);
  expect(await firstBytes(plain)).toBe('greeting');
  expect(heard).toBe(''); // its server has greeted too: both connections were made before the answer came
  silent.write('hello');
  await once(silent, 'data');
  expect(heard.startsWith('greeting')).toBe(true);
  silent.destroy();
  plain.destroy();
});

test('after the idle timeout both sides are reset, and traffic starts it anew', async () => {
  const timers = manualTimers();
  const serves = await backend(named('a'));
  const started = await startTestNetwork([{ serves, readiness: await readiness() }], { timers });
  const client = await dial(started);
  expect(await exchange(client)).toBe('a:x');
  timers.advance(349_000);
  expect(await exchange(client)).toBe('a:x');
  timers.advance(349_000);
  expect(started.events.some((event) => event.is === 'flow-idle-reset')).toBe(false);
  const target = serves.sockets[0] ?? expect.unreachable();
  const both = Promise.all([ending(client), ending(target)]);
  timers.advance(2_000);
  expect(await both).toEqual(['ECONNRESET', 'ECONNRESET']);
  expect(started.events.some((event) => event.is === 'flow-idle-reset')).toBe(true);
});

test('healthy machines get the flows; when all are unhealthy the group fails open', async () => {
  const mixed = await startTestNetwork([await fakeRouter('good'), await fakeRouter('bad', () => 503)]);
  await Promise.all([mixed.seen(health(mixed, 0, 'healthy')), mixed.seen(health(mixed, 1, 'unhealthy'))]);
  for (let i = 0; i < 8; i++) expect(await ask(mixed)).toBe('good:x');
  const sick = await startTestNetwork([await fakeRouter('bad', () => 503)]);
  await sick.seen(health(sick, 0, 'unhealthy'));
  expect(await ask(sick)).toBe('bad:x');
});

test('health that the account holds decides, whoever wrote it', async () => {
  const started = await startTestNetwork([await fakeRouter('a'), await fakeRouter('b')]);
  await Promise.all([started.seen(health(started, 0, 'healthy')), started.seen(health(started, 1, 'healthy'))]);
  const { aws } = started.accounts;
  const group = groupOf(started.accounts, 3306);
  const port = Number(group.attributes.port);
  setTargetHealth(aws, group.id, { id: started.machines[0]?.id ?? '', port }, 'unhealthy');
  for (let i = 0; i < 8; i++) expect(await ask(started)).toBe('b:x');
});

test('flows spread over the machines; one that the fleet lets go gets no new flow and keeps its own', async () => {
  const started = await startTestNetwork([await fakeRouter('a'), await fakeRouter('b')]);
  const { aws, caller } = started.accounts;
  await Promise.all([started.seen(health(started, 0, 'healthy')), started.seen(health(started, 1, 'healthy'))]);
  const answers = new Set<string>();
  for (let i = 0; i < 64; i++) answers.add(await ask(started));
  expect([...answers].sort()).toEqual(['a:x', 'b:x']);
  let kept = await dial(started);
  while ((await exchange(kept)) !== 'b:x') {
    kept.destroy();
    kept = await dial(started);
  }
  const fleet = theOne(started.accounts, 'aws_autoscaling_group');
  updateThing(aws, caller, fleet, { ...fleet.attributes, min_size: 1, desired_capacity: 1 });
  for (let i = 0; i < 16; i++) expect(await ask(started)).toBe('a:x');
  expect(await exchange(kept)).toBe('b:x');
  kept.destroy();
});

test('a machine that fails its health check loses its flows', async () => {
  const timers = manualTimers();
  let status = 200;
  const health30 = { intervalMs: 30_000, timeoutMs: 6_000, healthy: 1, unhealthy: 1 };
  const started = await startTestNetwork([await fakeRouter('a', () => status)], { timers, health: health30 });
  await started.seen(health(started, 0, 'healthy'));
  const client = await dial(started);
  expect(await exchange(client)).toBe('a:x');
  const broken = ending(client);
  status = 503;
  timers.advance(30_000);
  await started.seen(health(started, 0, 'unhealthy'));
  expect(await broken).toBe('ECONNRESET');
});

test('one connection more than the load balancer has ports for is reset, and a closed one makes room', async () => {
  const started = await startTestNetwork([await fakeRouter('a')], { connectionsPerTarget: 2 });
  const [first, second] = [await dial(started), await dial(started)];
  expect([await exchange(first), await exchange(second)]).toEqual(['a:x', 'a:x']);
  expect(await refused(started)).toBe('ECONNRESET');
  await started.seen((event) => event.is === 'port-allocation-error');
  first.destroy();
  await started.seen((event) => event.is === 'flow-closed');
  expect(await ask(started)).toBe('a:x');
  second.destroy();
});

test('bytes go where targets are registered: to another address once that is registered instead', async () => {
  const [oracle, other] = [await backend(named('oracle')), await backend(named('other'))];
  const started = await startTestNetwork([]);
  const { aws, caller } = started.accounts;
  started.networks.listen('10.50.3.7', 1521, oracle);
  started.networks.listen('10.50.3.8', 1521, other);
  const answer = async (): Promise<string> => {
    const client = await started.dial('analytics', legacy, 1521);
    const said = await exchange(client);
    client.destroy();
    return said;
  };
  expect(await answer()).toBe('oracle:x');
  const before = theOne(started.accounts, 'aws_lb_target_group_attachment');
  removeThing(aws, caller, before);
  const more = { target_id: '10.50.3.8', availability_zone: 'all' };
  await createThing(aws, caller, 'aws_lb_target_group_attachment', { ...before.attributes, ...more });
  await expect(answer(), 'its security group lets nothing out to that address').rejects.toMatchObject({
    code: 'ECONNRESET',
  });
  await started.seen((event) => event.is === 'packets-dropped');
  const rule = theOne(
    started.accounts,
    'aws_vpc_security_group_egress_rule',
    ({ attributes }) => attributes.cidr_ipv4 === '10.50.3.7/32',
  );
  await createThing(aws, caller, rule.type, { ...rule.attributes, cidr_ipv4: '10.50.3.8/32' });
  expect(await answer()).toBe('other:x');
});

test('a target that is not there, and a group without targets, reset the client', async () => {
  const empty = await startTestNetwork([]);
  expect(await refused(empty)).toBe('ECONNRESET');
  await empty.seen((event) => event.is === 'group-empty');
  const absent = await startTestNetwork([], { accounts: await filledAccounts(1) });
  expect(await refused(absent)).toBe('ECONNRESET');
  await absent.seen((event) => event.is === 'target-unreachable');
  const gone = await fakeRouter('gone');
  const started = await startTestNetwork([gone]);
  await new Promise((done) => (gone.serves as Awaited<ReturnType<typeof backend>>).server.close(done));
  expect(await refused(started)).toBe('ECONNRESET');
  await started.seen((event) => event.is === 'target-unreachable');
});

test('a hostile client can connect to the endpoints of its NCC and no other', async () => {
  const { network, service } = await startTestNetwork([await fakeRouter('a')]);
  const [address = '', ...more] = network.endpointAddresses('finance', service);
  expect(more).toEqual([]);
  const client = await connected(network.loopbackOf(address, 3306));
  expect(await exchange(client)).toBe('a:x');
  client.destroy();
  expect(network.endpointAddresses('analytics', service)).not.toContain(address);
  expect(network.endpointAddresses('unknown', service)).toEqual([]);
});

test('an endpoint carries from its acceptance to its rejection', async () => {
  const accounts = await filledAccounts(1);
  const { aws, databricks, passTime } = accounts;
  const rule =
    [...databricks.rules.values()].find((each) => each.domain_names?.includes(orders)) ?? expect.unreachable();
  const connection = theOne(accounts, 'endpoint_connection', ({ id }) => id === rule.vpc_endpoint_id);
  connection.attributes = { ...connection.attributes, state: 'PendingAcceptance' };
  Object.assign(rule, { connection_state: 'PENDING' });
  const started = await startTestNetwork([await fakeRouter('a')], { accounts });
  await expect(dial(started)).rejects.toMatchObject({ code: 'ENOTFOUND' });
  const [address = ''] = started.network.endpointAddresses('analytics', started.service);
  expect(() => started.network.loopbackOf(address, 3306)).toThrow('ETIMEDOUT');

  const serviceId = text(connection.attributes, 'service_id');
  answerConnection(aws, serviceId, connection.id, 'accept');
  passTime(2 * timings.noticed); // until the connection is available, and until Databricks has noticed
  const client = await dial(started);
  expect(await exchange(client)).toBe('a:x');
  const entrance = started.network.loopbackOf(address, 3306);

  answerConnection(aws, serviceId, connection.id, 'reject');
  const broken = ending(client);
  client.write('x');
  expect(await broken).toBe('ECONNRESET');
  await started.seen((event) => event.is === 'flow-cut');
  expect(() => started.network.loopbackOf(address, 3306)).toThrow('ETIMEDOUT');
  expect(await ending(connect(entrance)), 'a client that resolved the name before').toBe('ECONNRESET');
});

test('an endpoint that Databricks deletes is gone, flows and all', async () => {
  const started = await startTestNetwork([await fakeRouter('a')]);
  const { databricks, passTime } = started.accounts;
  const client = await dial(started);
  expect(await exchange(client)).toBe('a:x');
  const [address = ''] = started.network.endpointAddresses('analytics', started.service);
  for (const rule of databricks.rules.values())
    databricks.deleteRule(rule.network_connectivity_config_id, rule.rule_id);
  expect(await exchange(client), 'a deleted rule keeps its endpoint for a day').toBe('a:x');
  passTime(24 * 3600 * 1000);
  const broken = ending(client);
  client.write('x');
  expect(await broken).toBe('ECONNRESET');
  expect(() => started.network.loopbackOf(address, 3306)).toThrow('EHOSTUNREACH');
});

test('a listener that is removed refuses; one that is added serves once the network is refreshed', async () => {
  const started = await startTestNetwork([await fakeRouter('a')]);
  const { aws, caller } = started.accounts;
  const listener = theOne(started.accounts, 'aws_lb_listener', ({ attributes }) => attributes.port === 3306);
  removeThing(aws, caller, listener);
  await expect(dial(started)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await createThing(aws, caller, 'aws_lb_listener', { ...listener.attributes, port: 3307 });
  const other = () => started.dial('analytics', legacy, 3307);
  await expect(other()).rejects.toThrow('refresh the network');
  await started.network.refresh();
  expect(await exchange(await other())).toBe('a:x');
});

test('a bucket is served by whoever answers for its rule, on port 443 alone', async () => {
  const s3 = await backend(named('s3'));
  const started = await startTestNetwork([], {
    s3: (rule) => (rule.resource_names?.includes('lake') ? s3 : undefined),
  });
  const host = 'lake.s3.eu-west-1.amazonaws.com';
  expect(await exchange(await started.dial('analytics', host, 443))).toBe('s3:x');
  await expect(started.dial('analytics', host, 80)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await expect(started.dial('finance', host, 443)).rejects.toMatchObject({ code: 'ENOTFOUND' });
  const none = await startTestNetwork([]);
  await expect(none.dial('analytics', host, 443)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('half a close passes through', async () => {
  const serves = await backend((socket) => socket.on('end', () => socket.end('last words')).resume());
  const started = await startTestNetwork([{ serves, readiness: await readiness() }]);
  const client = await started.dial('finance', legacy, 3306);
  client.end('question');
  expect(await firstBytes(client)).toBe('last words');
});
