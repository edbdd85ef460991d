import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { ClientView } from '../../../src/lab/kafka/client-view.ts';
import { type KafkaJars, kafkaJars } from '../../../src/lab/kafka/jars.ts';
import { javaClient } from '../../../src/lab/kafka/java-client.ts';
import { forkedRouter } from '../../support/kafka/forked-router.ts';
import { type KafkaWorld, startKafkaWorld } from '../../support/kafka/world.ts';
import { findTool, testWith, toolsFolder } from '../../tools.ts';
import { kcatConsume, kcatProduce } from './kcat.ts';
import { kafkaPlan } from './plan.ts';

/** Records each way and client. LAKEGATE_KAFKA_RECORDS makes a quick look quicker. */
const records = Number(process.env.LAKEGATE_KAFKA_RECORDS ?? 1_000_000);
const whole = { received: records, unique: records, repeated: 0, damaged: 0 };
const isReady = findTool('kafka-jars') !== undefined && findTool('java') !== undefined;

describe.each(['sni', 'per-broker'] as const)('listeners: %s', (listeners) => {
  let jars: KafkaJars;
  let world: KafkaWorld;
  let view: ClientView;

  beforeAll(async () => {
    if (!isReady) return;
    jars = await kafkaJars(toolsFolder, process.env);
    const { infra, routes } = kafkaPlan(listeners);
    world = await startKafkaWorld({ infra, routes, target: 'events', jars, routers: 2, startRouter: forkedRouter });
    view = await world.client('streaming');
  }, 180_000);
  afterAll(() => world?.close());

  const run = async (command: string, args: Readonly<Record<string, string | number>>): Promise<unknown> => {
    const { said, exitCode, errors } = await javaClient(jars, view, command, args).done;
    expect(exitCode, errors).toBe(0);
    return said;
  };

  testWith('java', 'kafka-jars')(
    'the admin client sees the brokers under their own names and port',
    async () => {
      expect(await run('admin', { topic: 'java' })).toEqual({
        brokers: [1, 2, 3].map((id) => `b-${id}.events.example.com:9098`),
      });
    },
    60_000,
  );

  testWith('java', 'kafka-jars')(
    `Java: ${records} records in and out, none lost, repeated or damaged`,
    async () => {
      expect(await run('produce', { topic: 'java', count: records })).toMatchObject({
        acknowledged: records,
        failed: 0,
      });
      expect(await run('consume', { topic: 'java', count: records })).toMatchObject(whole);
    },
    400_000,
  );

  testWith('java', 'kafka-jars')(
    'Java: two members of a group share the topic after a rebalance',
    async () => {
      const shared = (await run('group', { topic: 'java', count: records })) as {
        members: number[];
        rebalances: number;
      };
      expect(shared).toMatchObject({ unique: records, damaged: 0 });
      expect(Math.min(...shared.members)).toBeGreaterThan(0);
      expect(shared.rebalances).toBeGreaterThan(1);
    },
    300_000,
  );

  testWith('java', 'kafka-jars')(
    'Java: a reader of committed records sees the committed transaction only',
    async () => {
      await run('admin', { topic: 'transactions' });
      await run('transactions', { topic: 'transactions', count: 5000 });
      const read = { topic: 'transactions', until: 'end' };
      // The aborted records are there: a reader of everything sees them, on the same way to the same end.
      expect(await run('consume', { ...read, group: 'all' })).toMatchObject({ unique: 10_000, atEnd: true });
      expect(await run('consume', { ...read, group: 'committed', isolation: 'read_committed' })).toMatchObject({
        unique: 5000,
        received: 5000,
        atEnd: true,
      });
    },
    120_000,
  );

  testWith(
    'java',
    'kafka-jars',
    'kcat',
    'unshare',
  )(
    `librdkafka: ${records} records in and out, none lost, repeated or damaged`,
    async () => {
      await run('admin', { topic: 'kcat' });
      await kcatProduce(world, view, 'kcat', records);
      expect(await kcatConsume(world, view, 'kcat')).toEqual(whole);
    },
    400_000,
  );

  testWith('java', 'kafka-jars')('every connection reached the broker whose name the client gave', () => {
    const carried = world.log.filter((event) => event.target === 'events');
    if (listeners === 'per-broker') expect(carried).toEqual([]);
    else expect(new Set(carried.map((event) => event.name)).size).toBe(3);
    for (const event of carried) {
      expect(event.end).not.toBe('refused');
      const broker = world.cluster.brokers().find(({ host }) => host === event.name);
      expect(event.route).toBe(`events/${broker?.host}:9098`);
    }
  });
});
