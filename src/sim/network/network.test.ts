import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Cidr, Hostname, InfraPlan, IpAddress, Listener, Port, RoutePlan } from '../../ir/index.ts';
import { createAddressBook, type Place } from './addresses.ts';
import type { Clock } from './clock.ts';
import type { MemberState, SimEvent } from './events.ts';
import { type SimNetwork, type SimRouter, startSimNetwork } from './network.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

const orders = 'orders.test.example' as Hostname;
const legacy = 'legacy.test.example' as Hostname;

const listener = (port: number, proxyProtocolV2: boolean, forward: Listener['forward']): Listener => ({
  key: `s-1/${port}`,
  port: port as Port,
  idleSeconds: 350,
  targetGroup: {
    name: `t-${port}`,
    port: port as Port,
    proxyProtocolV2,
    health: { protocol: 'HTTP', port: 8080 as Port, path: '/ready' },
  },
  targets: [],
  forward,
});

const toRouter = { to: 'router', why: 'by name' } as const;
const plan: InfraPlan = {
  version: 1,
  name: 'test',
  aws: {
    region: 'eu-west-1',
    account: '111122223333',
    partition: 'aws',
    tags: {},
    planTag: { key: 'lakegate', value: 'test' },
  },
  databricks: { accountId: 'a', partition: 'commercial', accountHost: 'h', principalArn: 'p' },
  nccs: [
    {
      key: 'n-1',
      name: 'one',
      workspaces: [{ name: 'analytics' }],
      rules: [
        { kind: 'service', key: 'r-1', service: 's-1', domains: [orders] },
        { kind: 's3', key: 'r-2', awsService: 'com.amazonaws.eu-west-1.s3', buckets: ['lake'] },
      ],
    },
    {
      key: 'n-2',
      name: 'two',
      workspaces: [{ name: 'finance' }],
      rules: [{ kind: 'service', key: 'r-3', service: 's-1', domains: [legacy] }],
    },
  ],
  endpointServices: [
    {
      key: 's-1',
      name: 'hub',
      allowedPrincipals: [],
      nlb: { name: 'hub', crossZone: true, deletionProtection: true },
      listeners: [
        listener(5432, true, toRouter),
        listener(3306, false, toRouter),
        listener(1521, false, {
          to: 'addresses',
          members: [{ address: '10.9.3.7' as IpAddress, zone: 'all' }],
          why: 'one target, stable address',
        }),
      ],
    },
  ],
  networks: [],
  targets: [],
  mskClusters: [],
  credentials: [],
};
const routes: RoutePlan = {
  version: 1,
  name: 'test',
  listeners: [],
  upstreams: {},
  trustedNetworks: ['10.40.0.0/22' as Cidr],
};

/** A server that keeps what each connection sent, and can answer. */
async function backend(onConnection: (socket: Socket) => void): Promise<Place & { server: Server; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { host: '127.0.0.1', port: address.port, server, sockets };
}

const ready = (): Promise<Place> =>
  backend((socket) => socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')));
const notReady = (): Promise<Place> =>
  backend((socket) => socket.on('data', () => socket.end('HTTP/1.1 503 Unavailable\r\n\r\n')));

/** Says its name before anything else, then echoes. */
const named = (name: string) => (socket: Socket) => {
  socket.on('data', (chunk) => socket.write(Buffer.concat([Buffer.from(`${name}:`), chunk])));
  socket.on('end', () => socket.end());
};

const router = (id: string, serves: Place, readiness: Place): SimRouter => ({ id, placeOf: () => serves, readiness });

interface Started {
  readonly network: SimNetwork;
  readonly events: SimEvent[];
  /** The next event that is so, past ones included. */
  seen(is: (event: SimEvent) => boolean): Promise<SimEvent>;
}

async function start(
  routers: readonly SimRouter[],
  clock?: Clock,
  book = createAddressBook(plan, routes),
  extra: { readonly healthIntervalMs?: number; readonly connectionsPerMember?: number } = {},
): Promise<Started> {
  const events: SimEvent[] = [];
  const waiting = new Set<() => void>();
  const network = await startSimNetwork({
    infra: plan,
    routes,
    book,
    routers,
    ...(clock ? { clock } : {}),
    ...extra,
    health: { intervalMs: extra.healthIntervalMs ?? 3_600_000, timeoutMs: 6_000, healthy: 1, unhealthy: 1 },
    onEvent: (event) => {
      events.push(event);
      for (const look of waiting) look();
    },
  });
  cleanUp.push(() => network.close());
  return {
    network,
    events,
    seen: (is) =>
      new Promise((done) => {
        const look = (): void => {
          const found = events.find(is);
          if (!found) return;
          waiting.delete(look);
          done(found);
        };
        waiting.add(look);
        look();
      }),
  };
}

/** A clock that stands still until it is moved. */
function manualClock(): Clock & { advance(ms: number): void } {
  let now = 0;
  const timers = new Set<{ at: number; then: () => void }>();
  return {
    after(ms, then) {
      const timer = { at: now + ms, then };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(ms) {
      now += ms;
      for (const timer of [...timers].filter((each) => each.at <= now).sort((a, b) => a.at - b.at))
        if (timers.delete(timer)) timer.then();
    },
  };
}

const firstBytes = async (socket: Socket): Promise<string> =>
  ((await once(socket, 'data')) as [Buffer])[0].toString('latin1');
const failure = (socket: Socket): Promise<string> =>
  new Promise((done) => {
    socket.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    socket.on('close', () => done('closed'));
  });

/** The state of a member of the listener that the tests dial most. */
const health = (member: string, state: MemberState) => (event: SimEvent) =>
  event.is === 'member-health' && event.listener === 's-1/3306' && event.member === member && event.state === state;

/** How a connection to a listener ends that cannot serve: at once, or after it was taken. */
const refused = (network: SimNetwork): Promise<string> =>
  network.dial('analytics', orders, 3306).then(failure, (error: NodeJS.ErrnoException) => error.code ?? error.message);

test('a name resolves for the workspaces whose NCC has it in a rule, and for no other', async () => {
  const { network } = await start([]);
  expect(network.resolve('analytics', 'Orders.Test.Example.')).toMatch(/^100\.64\./);
  expect(network.resolve('finance', orders)).toBeUndefined();
  expect(network.resolve('analytics', 'unknown.test.example')).toBeUndefined();
  expect(network.resolve('analytics', 'lake.s3.eu-west-1.amazonaws.com')).toMatch(/^100\.64\./);
  expect(network.resolve('finance', 'lake.s3.eu-west-1.amazonaws.com')).toBeUndefined();
  await expect(network.dial('finance', orders, 5432)).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

test('each rule has an endpoint of its own, and the policy says whose it is', async () => {
  const { network } = await start([]);
  const ids = [...network.endpoints.values()];
  expect(new Set(ids).size).toBe(3);
  for (const id of ids) expect(id).toMatch(/^vpce-[0-9a-f]{17}$/);
  const third = network.endpoints.get('r-3') ?? '';
  expect(Object.entries(network.policy.endpoints)).toContainEqual([third, 'n-2']);
});

test('a port without a listener refuses, an address that is no endpoint is not there', async () => {
  const { network } = await start([]);
  await expect(network.dial('analytics', orders, 9999)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(() => network.placeOf('10.1.2.3', 5432)).toThrow('EHOSTUNREACH');
});

test('the PROXY header comes with the first payload, once, and names the endpoint and an address of the hub', async () => {
  const heard: string[] = [];
  const serves = await backend((socket) => socket.on('data', (chunk) => heard.push(chunk.toString('latin1'))));
  const { network } = await start([router('a', serves, await ready())]);
  const client = await network.dial('analytics', orders, 5432);
  await once(serves.server, 'connection'); // the member is dialled at once
  expect(heard).toEqual([]); // and hears nothing until the client speaks
  client.write('one');
  const member = serves.sockets[0] ?? expect.unreachable();
  await once(member, 'data');
  client.write('two');
  await once(member, 'data');
  client.destroy();
  const text = heard.join('');
  expect(text.slice(0, 12)).toBe('\r\n\r\n\0\r\nQUIT\n');
  expect(text).toContain(network.endpoints.get('r-1'));
  expect(Buffer.from(text.slice(16, 20), 'latin1')).toEqual(Buffer.from([10, 40, 0, 10]));
  expect(text.endsWith('onetwo')).toBe(true);
  expect(text.split('QUIT')).toHaveLength(2);
});

test('a server that speaks first is not heard through a listener with the PROXY header, and is without it', async () => {
  const serves = await backend((socket) => {
    socket.write('greeting');
    named('server')(socket);
  });
  const { network } = await start([router('a', serves, await ready())]);
  const silent = await network.dial('analytics', orders, 5432);
  let heard = '';
  silent.on('data', (chunk) => {
    heard += chunk.toString('latin1');
  });
  const plain = await network.dial('analytics', orders, 3306);
  expect(await firstBytes(plain)).toBe('greeting');
  expect(heard).toBe(''); // its server has greeted too: both connections were made before the answer came
  silent.write('hello');
  await once(silent, 'data');
  expect(heard.startsWith('greeting')).toBe(true);
  silent.destroy();
  plain.destroy();
});

test('after the idle timeout both sides are reset, and traffic starts it anew', async () => {
  const clock = manualClock();
  const serves = await backend(named('a'));
  const { network, events } = await start([router('a', serves, await ready())], clock);
  const client = await network.dial('analytics', orders, 3306);
  client.write('x');
  expect(await firstBytes(client)).toBe('a:x');
  clock.advance(349_000);
  client.write('y');
  expect(await firstBytes(client)).toBe('a:y');
  clock.advance(349_000);
  expect(events.some((event) => event.is === 'flow-idle-reset')).toBe(false);
  const member = serves.sockets[0] ?? expect.unreachable();
  const both = Promise.all([failure(client), failure(member)]);
  clock.advance(2_000);
  expect(await both).toEqual(['ECONNRESET', 'ECONNRESET']);
  expect(events.some((event) => event.is === 'flow-idle-reset')).toBe(true);
});

test('healthy members get the flows; when all are unhealthy the group fails open', async () => {
  const [good, bad] = [await backend(named('good')), await backend(named('bad'))];
  const mixed = await start([router('good', good, await ready()), router('bad', bad, await notReady())]);
  await Promise.all([mixed.seen(health('good', 'healthy')), mixed.seen(health('bad', 'unhealthy'))]);
  for (let i = 0; i < 8; i++) expect(await ask(mixed.network)).toBe('good:x');
  const sick = await start([router('bad', bad, await notReady())]);
  await sick.seen(health('bad', 'unhealthy'));
  expect(await ask(sick.network)).toBe('bad:x');
});

test('flows spread over the routers, and a deregistered one gets no new flow and keeps its own', async () => {
  const [a, b] = [await backend(named('a')), await backend(named('b'))];
  const { network, seen } = await start([router('a', a, await ready()), router('b', b, await ready())]);
  await Promise.all([seen(health('a', 'healthy')), seen(health('b', 'healthy'))]);
  const answers = new Set<string>();
  for (let i = 0; i < 64; i++) answers.add(await ask(network));
  expect([...answers].sort()).toEqual(['a:x', 'b:x']);
  let kept = await network.dial('analytics', orders, 3306);
  while ((await exchange(kept)) !== 'b:x') {
    kept.destroy();
    kept = await network.dial('analytics', orders, 3306);
  }
  network.deregister('b');
  for (let i = 0; i < 16; i++) expect(await ask(network)).toBe('a:x');
  expect(await exchange(kept)).toBe('b:x');
  kept.destroy();
});

test('a member that fails its health check loses its flows', async () => {
  const clock = manualClock();
  const serves = await backend(named('a'));
  let status = '200 OK';
  const readiness = await backend((socket) => socket.on('data', () => socket.end(`HTTP/1.1 ${status}\r\n\r\n`)));
  const { network, seen } = await start([router('a', serves, readiness)], clock, undefined, {
    healthIntervalMs: 30_000,
  });
  await seen(health('a', 'healthy'));
  const client = await network.dial('analytics', orders, 3306);
  expect(await exchange(client)).toBe('a:x');
  const broken = failure(client);
  status = '503 Service Unavailable';
  clock.advance(30_000);
  await seen(health('a', 'unhealthy'));
  expect(await broken).toBe('ECONNRESET');
});

test('one connection more than the load balancer has ports for is reset, and a closed one makes room', async () => {
  const serves = await backend(named('a'));
  const { network, seen } = await start([router('a', serves, await ready())], undefined, undefined, {
    connectionsPerMember: 2,
  });
  const [first, second] = [
    await network.dial('analytics', orders, 3306),
    await network.dial('analytics', orders, 3306),
  ];
  expect([await exchange(first), await exchange(second)]).toEqual(['a:x', 'a:x']);
  expect(await refused(network)).toBe('ECONNRESET');
  await seen((event) => event.is === 'port-allocation-error');
  first.destroy();
  await seen((event) => event.is === 'flow-closed');
  expect(await ask(network)).toBe('a:x');
  second.destroy();
});

test('a listener that forwards to an address reaches what the networks have there', async () => {
  const oracle = await backend(named('oracle'));
  const book = createAddressBook(plan, routes);
  book.serve('10.9.3.7' as IpAddress, 1521, oracle);
  const { network } = await start([], undefined, book);
  const client = await network.dial('analytics', orders, 1521);
  expect(await exchange(client)).toBe('oracle:x');
  client.destroy();
});

test('a member that is not there, and a group without members, reset the client', async () => {
  const { network, seen } = await start([]);
  expect(await refused(network)).toBe('ECONNRESET');
  await seen((event) => event.is === 'group-empty');
  const gone = await backend(() => undefined);
  await new Promise((done) => gone.server.close(done));
  network.register(router('gone', gone, await ready()));
  expect(await refused(network)).toBe('ECONNRESET');
  await seen((event) => event.is === 'member-unreachable');
});

test('a hostile client may dial the endpoints of its own NCC and no other', async () => {
  const serves = await backend(named('a'));
  const { network } = await start([router('a', serves, await ready())]);
  const client = await network.dialService('finance', 's-1', 3306);
  expect(await exchange(client)).toBe('a:x');
  client.destroy();
  await expect(network.dialService('nobody', 's-1', 3306)).rejects.toMatchObject({ code: 'EHOSTUNREACH' });
});

test('half a close passes through', async () => {
  const serves = await backend((socket) => socket.on('end', () => socket.end('last words')).resume());
  const { network } = await start([router('a', serves, await ready())]);
  const client = await network.dial('analytics', orders, 3306);
  client.end('question');
  expect(await firstBytes(client)).toBe('last words');
});

async function exchange(client: Socket): Promise<string> {
  client.write('x');
  return firstBytes(client);
}

async function ask(network: SimNetwork): Promise<string> {
  const client = await network.dial('analytics', orders, 3306);
  const answer = await exchange(client);
  client.destroy();
  return answer;
}
