/**
 * The node engine under everything at once: clients that come and go, reset, read slowly, send garbage; upstreams that
 * die and come back; a name that moves; reloads of a thousand routes and of the policy. Ends with a report, and with
 * exit code 1 when descriptors or memory did not come back to where they were, or a connection was answered by the
 * wrong server.
 *
 * npm run soak            ten minutes
 * npm run soak -- --seconds 20
 */
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { IpAddress, Policy, RoutePlan, Upstream } from '../src/ir/index.ts';
import { type Addresses, type ConnectionEvent, startRouter } from '../src/router/index.ts';
import { type Backend, postgresBackend, tcpBackend, tlsBackend } from '../test/conformance/backends.ts';
import {
  dialTo,
  echo,
  headerOf,
  readAll,
  readUntil,
  stayWith,
  whoAnswers,
  whoAnswersPostgres,
} from '../test/conformance/clients.ts';
import { endpointA, endpointB, setupOf, twoNccs } from '../test/conformance/setup.ts';
import { Soak } from './soak-harness.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '600' } } });
const seconds = Number(values.seconds);
if (!(seconds > 0)) throw new Error(`--seconds ${values.seconds} is not a number of seconds`);

const soak = new Soak();

// The backends.
const [orders, billing, ledger, database] = await Promise.all([
  tlsBackend('orders.test'),
  tlsBackend('billing.test'),
  tcpBackend('ledger'),
  postgresBackend('db.test'),
]);
let flaky: Backend | undefined = await tlsBackend('flaky.test');
const flakyPort = flaky.port;

// The plan, with a thousand more routes that change at every reload.
const places = new Map<string, { host: string; port: number }>();
function planWith(salt: number): RoutePlan {
  const setup = setupOf([
    {
      key: 'tls',
      speaks: ['tls', 'postgres'],
      routes: [
        { name: 'orders.test', to: orders.port },
        { name: 'billing.test', to: billing.port, allow: ['n-2'] },
        {
          name: 'flaky.test',
          to: flakyPort,
          upstream: { health: { kind: 'tcp', intervalSeconds: 1, rise: 1, fall: 2 } },
        },
        { name: 'db.test', speech: 'postgres', to: database.port },
        { name: 'moves.test', to: 443 },
        ...Array.from({ length: 200 }, (_, i) => ({ name: `t${i}-${salt}.test`, to: 1 })),
      ],
    },
    {
      key: 'tcp',
      speaks: ['tcp'],
      identity: { by: 'listener', nccs: ['n-1'] },
      routes: [{ to: ledger.port }],
    },
  ]);
  for (const [address, place] of setup.places) places.set(address, place);
  const { addresses: _, ...moves } = setup.plan.upstreams['u-0-4'] as Upstream;
  return { ...setup.plan, upstreams: { ...setup.plan.upstreams, 'u-0-4': moves } };
}
places.set('10.50.9.1', { host: '127.0.0.1', port: orders.port });
places.set('10.50.9.2', { host: '127.0.0.1', port: billing.port });
let movesTo = '10.50.9.1';
/** DNS fails only once there is an earlier answer to serve on: before that, a refusal is the right answer. */
let hasAnswered = false;
const ends = new Map<string, number>();
const log = (event: ConnectionEvent): void => {
  const what = event.code ?? event.end;
  ends.set(what, (ends.get(what) ?? 0) + 1);
};
const router = await startRouter({
  plan: planWith(0),
  policy: twoNccs,
  bind: () => ({ host: '127.0.0.1', port: 0 }),
  dial: (address) => places.get(address) ?? { host: '127.0.0.1', port: 1 },
  resolve: async (): Promise<Addresses> => {
    if (hasAnswered && Math.random() < 0.1) throw new Error('SERVFAIL');
    hasAnswered = true;
    return [{ address: movesTo as IpAddress, ttlSeconds: 1 }];
  },
  limits: { openingMs: 500, dnsFloorSeconds: 0.2 },
  log,
});
const [tls, tcp] = [router.addressOf('tls'), router.addressOf('tcp')];
const [a, b] = [headerOf(endpointA), headerOf(endpointB)];

const garbage = async (): Promise<void> => {
  const bytes = Buffer.from(Array.from({ length: 1 + Math.floor(Math.random() * 400) }, () => Math.random() * 256));
  const socket = await dialTo(tls, Math.random() < 0.5 ? a : undefined, bytes);
  if (Math.random() < 0.5) socket.end();
  await readAll(socket);
  soak.count('garbage');
};
const resets = async (): Promise<void> => {
  const socket = await dialTo(tcp);
  await readUntil(socket, '\n');
  socket.write(Buffer.alloc(Math.floor(Math.random() * 300_000), 1));
  if (Math.random() < 0.5) await new Promise((resolve) => setImmediate(resolve));
  socket.resetAndDestroy();
  soak.count('reset');
};
const slowReader = async (): Promise<void> => {
  const socket = await dialTo(tcp);
  await readUntil(socket, '\n');
  const total = 3_000_000;
  socket.write(Buffer.alloc(total, 1));
  socket.end();
  let got = 0;
  await new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      got += chunk.length;
      socket.pause();
      setTimeout(() => socket.resume(), 5);
    });
    socket.once('end', resolve);
    socket.once('close', resolve);
    socket.resume();
  });
  socket.destroy();
  soak.expectAnswer(got === total ? 'slow reader got all' : `slow reader got ${got}`, 'slow reader got all');
};
const longLived = async (): Promise<void> => {
  const { who, tls: open, socket } = await stayWith(tls, { name: 'orders.test', header: a });
  soak.expectAnswer(who, 'orders.test');
  for (let i = 0; i < 20 && soak.isRunning; i++) {
    soak.expectAnswer((await echo(open, `line ${i}`)) === `line ${i}` ? 'echo' : 'no echo', 'echo');
    await pause(50);
  }
  socket.destroy();
};
const idlers: Socket[] = [];
soak.client(async () => soak.expectAnswer(await whoAnswers(tls, { name: 'orders.test', header: a }), 'orders.test'), 4);
soak.client(async () => soak.expectAnswer(await whoAnswers(tls, { name: 'billing.test', header: b }), 'billing.test'));
soak.client(async () =>
  soak.expectAnswer(await whoAnswers(tls, { name: 'billing.test', header: a }), 'alert: access_denied'),
);
soak.client(async () => soak.expectAnswer(await whoAnswersPostgres(tls, { name: 'db.test', header: a }), 'db.test'));
soak.client(async () =>
  soak.expectAnswer(await whoAnswers(tls, { name: 'moves.test', header: a }), 'orders.test', 'billing.test'),
);
soak.client(async () => {
  const got = await whoAnswers(tls, { name: 'flaky.test', header: a });
  // Killed before or behind its handshake: both are a connection that broke.
  const torn = got.startsWith('broke') || got.startsWith('torn: undefined');
  soak.expectAnswer(torn ? 'broke' : got, 'flaky.test', 'alert: internal_error', 'broke');
});
soak.client(garbage);
soak.client(resets);
soak.client(slowReader);
soak.client(longLived);
soak.client(async () => {
  const socket = await dialTo(tls, a.subarray(0, 30)); // waits for the deadline
  await readAll(socket);
  soak.count('too slow');
});
soak.client(async () => {
  if (idlers.length < 200) idlers.push(await dialTo(tcp));
  else await pause(100);
});
soak.forEver(async () => {
  await pause(1500);
  if (flaky) {
    await flaky.close();
    flaky = undefined;
  } else flaky = await tlsBackend('flaky.test', { port: flakyPort });
  movesTo = movesTo === '10.50.9.1' ? '10.50.9.2' : '10.50.9.1';
});
let reloads = 0;
soak.forEver(async () => {
  await pause(700);
  reloads += 1;
  const result = await router.reload(planWith(reloads));
  if (result.is === 'refused') soak.wrong(`reload ${reloads} was refused`);
  router.setPolicy({ ...twoNccs } satisfies Policy);
});

const problems = await soak.run(seconds, {
  progress: () => `${reloads} reloads`,
  async close() {
    for (const socket of idlers) socket.destroy();
    const { cut } = await router.drain(5000);
    const { open, dns } = router.stats();
    if (open > 0) soak.wrong(`${open} connections are left`);
    soak.say(`router said: ${[...ends].map(([what, n]) => `${what} ${n}`).join(', ')}`);
    soak.say(`${reloads} reloads; DNS ${JSON.stringify(dns)}; cut at the end: ${cut}`);
    await Promise.all([orders, billing, ledger, database, flaky].map((backend) => backend?.close()));
  },
});
process.exit(problems.length === 0 ? 0 : 1);
