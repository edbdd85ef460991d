import { cpus } from 'node:os';
import { kafkaJars } from '../../src/lab/kafka/jars.ts';
import { javaClient } from '../../src/lab/kafka/java-client.ts';
import { kafkaPlan } from '../../test/long/kafka/plan.ts';
import { forkedRouter } from '../../test/support/kafka/forked-router.ts';
import { type KafkaWorldOptions, startKafkaWorld } from '../../test/support/kafka/world.ts';
import { toolsFolder } from '../../test/tools-folder.ts';

/**
 * Kafka through the hub, beside a listener for each broker, beside no network at all: the same three brokers, clients and
 * machine, in turns, so that what the machine does otherwise hits all three.
 *
 *   node bench/kafka/run.ts [--rounds 3] [--records 200000] [--bytes 1000] [--seconds 10]
 *
 * Throughput: a producer (idempotent, acks=all) and a consumer as fast as they can. Latency: from send to acknowledgement
 * at a fixed rate far below that. The router has a process of its own; the simulated load balancers share this one.
 */
const option = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const [rounds, records, bytes, seconds] = [
  option('rounds', 3),
  option('records', 200_000),
  option('bytes', 1000),
  option('seconds', 10),
];
const rate = 1000;

interface Round {
  readonly produceMBps: number;
  readonly consumeMBps: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const jars = await kafkaJars(toolsFolder, process.env);
const optionsOf = (listeners: 'sni' | 'per-broker'): KafkaWorldOptions => {
  const { infra, routes } = kafkaPlan(listeners);
  return { infra, routes, target: 'events', jars, routers: 1, startRouter: forkedRouter };
};
const hub = await startKafkaWorld(optionsOf('sni'));
const perBroker = await startKafkaWorld({ ...optionsOf('per-broker'), brokersOf: hub });
const views = {
  'direct, no network': await hub.direct(),
  'a listener per broker': await perBroker.client('streaming'),
  'hub, by name': await hub.client('streaming'),
};
type Way = keyof typeof views;
const ways = Object.keys(views) as Way[];
const results: Record<Way, Round[]> = { 'direct, no network': [], 'a listener per broker': [], 'hub, by name': [] };

async function run(
  way: Way,
  command: string,
  args: Readonly<Record<string, string | number>>,
): Promise<Record<string, number>> {
  const { said, exitCode, errors } = await javaClient(jars, views[way], command, args).done;
  if (exitCode !== 0 || !said) throw new Error(`${way}: ${command} failed:\n${errors}`);
  return said as Record<string, number>;
}

async function measure(way: Way, topic: string): Promise<Round> {
  await run(way, 'admin', { topic });
  const produced = await run(way, 'produce', { topic, count: records, bytes });
  const consumed = await run(way, 'consume', { topic, count: records });
  if (produced.acknowledged !== records || consumed.unique !== records || consumed.repeated !== 0)
    throw new Error(`${way}: records went missing: ${JSON.stringify({ produced, consumed })}`);
  const paced = await run(way, 'produce', { topic, count: rate * seconds, bytes, rate, first: records });
  const megabytes = (records * bytes) / 1e6;
  return {
    produceMBps: megabytes / (produced.seconds ?? Number.NaN),
    consumeMBps: megabytes / (consumed.seconds ?? Number.NaN),
    p50Ms: paced.p50Ms ?? Number.NaN,
    p99Ms: paced.p99Ms ?? Number.NaN,
  };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

try {
  for (let round = 0; round < rounds; round++)
    for (const i of ways.keys()) {
      const way = ways[(i + round) % ways.length];
      if (!way) continue;
      const result = await measure(way, `bench-${round}-${i}`);
      results[way].push(result);
      process.stderr.write(`round ${round + 1} ${way}: ${JSON.stringify(result)}\n`);
    }
  const medians = (way: Way): Round => ({
    produceMBps: median(results[way].map((each) => each.produceMBps)),
    consumeMBps: median(results[way].map((each) => each.consumeMBps)),
    p50Ms: median(results[way].map((each) => each.p50Ms)),
    p99Ms: median(results[way].map((each) => each.p99Ms)),
  });
  const base = medians('a listener per broker');
  const share = (value: number, of: number): string => `${((100 * value) / of).toFixed(0)} %`;
  process.stdout.write(
    `${records} records of ${bytes} bytes, 3 brokers, ${cpus().length} cores (${cpus()[0]?.model.trim()}), median of ${rounds} rounds; latency at ${rate} records/s\n\n` +
      '| way | produce MB/s | of per-broker | consume MB/s | of per-broker | p50 ms | p99 ms |\n|---|---|---|---|---|---|---|\n' +
      ways
        .map((way) => {
          const { produceMBps, consumeMBps, p50Ms, p99Ms } = medians(way);
          return `| ${way} | ${produceMBps.toFixed(1)} | ${share(produceMBps, base.produceMBps)} | ${consumeMBps.toFixed(1)} | ${share(consumeMBps, base.consumeMBps)} | ${p50Ms.toFixed(1)} | ${p99Ms.toFixed(1)} |\n`;
        })
        .join(''),
  );
} finally {
  await perBroker.close();
  await hub.close();
}
