import { afterEach, beforeAll, expect } from 'vitest';
import type { ClientView } from '../../../src/lab/kafka/client-view.ts';
import { type KafkaJars, kafkaJars } from '../../../src/lab/kafka/jars.ts';
import { type JavaClient, javaClient } from '../../../src/lab/kafka/java-client.ts';
import type { SimEvent } from '../../../src/sim/network/index.ts';
import { forkedRouter } from '../../support/kafka/forked-router.ts';
import { type KafkaWorld, type KafkaWorldOptions, startKafkaWorld } from '../../support/kafka/world.ts';
import { findTool, testWith, toolsFolder } from '../../tools.ts';
import { kafkaPlan } from './plan.ts';

/** Load while something fails: this many records at this rate. */
const [records, rate] = [60_000, 3000];
const needs = ['java', 'kafka-jars'] as const;
const isReady = needs.every((tool) => findTool(tool) !== undefined);
const { infra, routes } = kafkaPlan('sni');

let jars: KafkaJars;
let world: KafkaWorld | undefined;

beforeAll(async () => {
  if (isReady) jars = await kafkaJars(toolsFolder, process.env);
}, 120_000);
afterEach(async () => {
  await world?.close();
  world = undefined;
}, 60_000);

async function start(options: Partial<KafkaWorldOptions> = {}): Promise<{ world: KafkaWorld; view: ClientView }> {
  world = await startKafkaWorld({
    infra,
    routes,
    target: 'events',
    jars,
    routers: 2,
    startRouter: forkedRouter,
    ...options,
  });
  return { world, view: await world.client('streaming') };
}

async function run(
  view: ClientView,
  command: string,
  args: Readonly<Record<string, string | number>>,
): Promise<unknown> {
  const { said, exitCode, errors } = await javaClient(jars, view, command, args).done;
  expect(exitCode, errors).toBe(0);
  return said;
}

/** Resolves when the client says that it has sent so many records. */
function sent(client: JavaClient, count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    client.process.stderr?.on('data', (chunk: Buffer) => {
      const said = /sent (\d+)/.exec(chunk.toString('utf8'));
      if (said && Number(said[1]) >= count) resolve();
    });
    client.done.then(({ errors }) => reject(new Error(`the client ended before ${count} records:\n${errors}`)), reject);
  });
}

/** Produces while `trouble` happens, then reads everything: all acknowledged, all there, once each, unharmed. */
async function survives(
  trouble: (world: KafkaWorld) => Promise<void>,
  options?: Partial<KafkaWorldOptions>,
): Promise<void> {
  const { world: running, view } = await start(options);
  await run(view, 'admin', { topic: 'load' });
  const producer = javaClient(jars, view, 'produce', { topic: 'load', count: records, rate, report: 5000 });
  const reader = javaClient(jars, view, 'consume', {
    topic: 'load',
    count: records,
    group: 'during',
    quietSeconds: 120,
  });
  await sent(producer, 5000);
  await trouble(running);
  const { said, errors } = await producer.done;
  expect(said, errors).toMatchObject({ acknowledged: records, failed: 0 });
  // The reader that lived through it has seen every record; it may have seen one twice, when a commit was lost.
  const during = await reader.done;
  expect(during.said, during.errors).toMatchObject({ unique: records, damaged: 0 });
  expect(await run(view, 'consume', { topic: 'load', count: records, group: 'after' })).toMatchObject({
    received: records,
    unique: records,
    repeated: 0,
    damaged: 0,
  });
}

testWith(...needs)(
  'a broker is killed and comes back: nothing is lost or doubled',
  async () => {
    await survives(async ({ cluster }) => {
      await cluster.kill(2);
      await cluster.start(2);
    });
  },
  240_000,
);

testWith(...needs)(
  'a rolling restart of all brokers: nothing is lost or doubled',
  async () => {
    await survives(async ({ cluster }) => {
      for (const { id } of cluster.brokers()) {
        await cluster.stop(id);
        await cluster.start(id);
      }
    });
  },
  300_000,
);

testWith(...needs)(
  'a broker comes back under another address: the router follows its name',
  async () => {
    const name = 'b-3.events.example.com';
    const reached: string[] = [];
    let noticed = (_upstream: string): void => {};
    await survives(
      async (running) => {
        await running.cluster.kill(3);
        await running.restartBroker(3, { move: true });
        // The clients may do without broker 3 for a while; this one asks for it by name.
        const upstream = new Promise<string>((resolve) => {
          noticed = resolve;
        });
        await run(await running.client('streaming'), 'admin', { 'bootstrap.servers': `${name}:9098` });
        expect(await upstream).not.toBe(reached[0]);
      },
      {
        startRouter: (options) =>
          forkedRouter({
            ...options,
            log: (event) => {
              options.log?.(event);
              if (event.name !== name || event.upstream === undefined || event.end === 'refused') return;
              if (!reached.includes(event.upstream)) reached.push(event.upstream);
              if (reached.length > 1) noticed(event.upstream);
            },
          }),
      },
    );
    expect(reached).toHaveLength(2);
  },
  240_000,
);

testWith(...needs)(
  'the routers reload, and one of two is killed: nothing is lost or doubled',
  async () => {
    await survives(async (running) => {
      const [first, second] = running.routers();
      await first?.reload({ ...routes });
      await second?.reload({ ...routes });
      await first?.kill();
      await running.addRouter();
    });
  },
  240_000,
);

testWith(...needs)(
  'a quiet connection is reset by the load balancer: the client connects again',
  async () => {
    const resets: SimEvent[] = [];
    let noticed = (): void => {};
    const firstReset = new Promise<void>((resolve) => {
      noticed = resolve;
    });
    const { view } = await start({
      change: ({ aws }) => {
        for (const each of aws.all('aws_lb_listener'))
          each.attributes = { ...each.attributes, tcp_idle_timeout_seconds: 3 };
      },
      onEvent: (event) => {
        if (event.is !== 'flow-idle-reset') return;
        resets.push(event);
        noticed();
      },
    });
    await run(view, 'admin', { topic: 'quiet' });
    const client = javaClient(jars, view, 'idle', { topic: 'quiet' });
    expect(await client.nextLine()).toEqual({ sent: 1 });
    await firstReset;
    client.process.stdin?.end('\n');
    expect((await client.done).said).toEqual({ sent: 2 });
    expect(resets.length).toBeGreaterThan(0);
    expect(await run(view, 'consume', { topic: 'quiet', count: 2 })).toMatchObject({ unique: 2, repeated: 0 });
  },
  120_000,
);

testWith(...needs)(
  'a workspace that was not granted the cluster is refused, and the log says so',
  async () => {
    const { world: running, view } = await start({ routers: 1 });
    const stranger = await running.client('other');
    // Its DNS knows no broker …
    const lost = await javaClient(jars, stranger, 'admin').done;
    expect(lost.exitCode).not.toBe(0);
    expect(lost.errors).toContain('No resolvable bootstrap urls');
    // … and when it dials its own endpoint of the same service under a broker's name, the router refuses it.
    const service = infra.targets.find((target) => target.name === 'events')?.services[0] ?? '';
    const [address] = running.endpointAddresses('other', service);
    expect(address).toBeDefined();
    const place = running.network.loopbackOf(address ?? '', 9098);
    const hostile = await running.hostile(stranger, place.host);
    const refused = await javaClient(jars, hostile, 'admin', {}).done;
    expect(refused.exitCode).not.toBe(0);
    expect(refused.errors).toMatch(/access_denied|SslAuthenticationException|SSL handshake failed/);
    const codes = running.log
      .filter((event) => event.ncc !== undefined && event.end === 'refused')
      .map((event) => event.code);
    expect(new Set(codes)).toEqual(new Set(['LG_NOT_GRANTED']));
    // The workspace that was granted it is served all the while.
    expect(await run(view, 'admin', {})).toMatchObject({
      brokers: expect.arrayContaining(['b-1.events.example.com:9098']),
    });
  },
  180_000,
);
