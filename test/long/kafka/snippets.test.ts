import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emitSnippets } from '../../../src/emit/snippets/index.ts';
import type { InfraPlan } from '../../../src/ir/index.ts';
import type { ClientView } from '../../../src/lab/kafka/client-view.ts';
import { kafkaJars } from '../../../src/lab/kafka/jars.ts';
import { javaClient } from '../../../src/lab/kafka/java-client.ts';
import { type Ran, runClient } from '../../interop/programs.ts';
import { type KafkaWorld, startKafkaWorld } from '../../support/kafka/world.ts';
import { findTool, testWith, toolsFolder } from '../../tools.ts';
import { kafkaPlan } from './plan.ts';

const isReady = ['java', 'kafka-jars', 'python-clients'].every((tool) => findTool(tool) !== undefined);
/** Root needs no user namespace for a mount namespace; others get one, where the system lets them. */
const unshare = ['unshare', process.getuid?.() === 0 ? '-m' : '-rm'];
const mayMount = spawnSync(unshare[0] ?? '', [...unshare.slice(1), 'true']).status === 0;

let world: KafkaWorld;
let infra: InfraPlan;

beforeAll(async () => {
  if (!isReady || !mayMount) return;
  const jars = await kafkaJars(toolsFolder, process.env);
  const plan = kafkaPlan('sni', 'scram');
  infra = plan.infra;
  world = await startKafkaWorld({ infra, routes: plan.routes, target: 'events', jars });
  const view = await world.client('streaming');
  for (const command of ['admin', 'produce']) {
    const { exitCode, errors } = await javaClient(jars, view, command, { topic: 'pasted', count: 100 }).done;
    expect(exitCode, errors).toBe(0);
  }
}, 180_000);
afterAll(() => world?.close());

/** The emitted text with what a reader would put in the angle brackets. */
function pasted(id: string): string {
  const target = infra.targets.find((each) => each.name === 'events');
  const text = target && emitSnippets(infra, target).find((snippet) => snippet.id === id)?.text;
  if (text === undefined) throw new Error(`there is no snippet ${id}`);
  const full = text
    .replaceAll('<scope>', 'lab')
    .replaceAll('<user key>', 'user')
    .replaceAll('<password key>', 'password')
    .replaceAll('<topic>', 'pasted')
    .replaceAll('databricks-<name>', `databricks-${id}`);
  expect(full).not.toMatch(/<[a-z]/i);
  return full;
}

/** In a mount namespace with the workspace's names, and with the lab's authority as the one that the machine trusts. */
function run(view: ClientView, text: string): Promise<Ran> {
  const bundle = '/etc/ssl/certs/ca-certificates.crt';
  const script = `mount --bind "$0" /etc/hosts && { [ ! -e ${bundle} ] || mount --bind "$1" ${bundle}; } && shift && exec "$@"`;
  const [program = '', ...options] = unshare;
  const python = [findTool('python-clients') ?? '', 'test/snippets/notebook.py'];
  return runClient(program, [...options, 'sh', '-c', script, view.hosts, view.ca, ...python], {
    env: { SSL_CERT_FILE: view.ca },
    input: JSON.stringify({
      cells: [text],
      secrets: { lab: { user: world.user.name, password: world.user.password } },
    }),
  });
}

/** The Java client's records are bytes and begin with their number, here below 256. */
const aRecord = /^b'\\x00\\x00\\x00/m;

const refusals = (): readonly (string | undefined)[] =>
  world.log.filter((event) => event.end === 'refused').map((event) => event.code);

(mayMount ? testWith('java', 'kafka-jars', 'python-clients') : test.skip)(
  `confluent-kafka and kafka-python, as emitted, read a record through the hub${mayMount ? '' : ' (needs mount namespaces)'}`,
  async () => {
    const view = await world.client('streaming');
    // The cluster says its id in between; the rest is the text as it is.
    const confluent = pasted('confluent-kafka').replace(
      'consumer.subscribe(',
      'print(consumer.list_topics(timeout=20).cluster_id)\nconsumer.subscribe(',
    );
    const first = await run(view, confluent);
    expect(first.stdout.split('\n')[0], first.stderr).toBe(world.cluster.id);
    expect(first.stdout.split('\n')[1]).toMatch(aRecord);
    const second = await run(view, pasted('kafka-python'));
    expect(second.stdout, second.stderr).toMatch(aRecord);
    expect(second.status).toBe(0);
    const reached = world.log.filter((event) => event.target === 'events');
    expect(new Set(reached.map((event) => event.name))).toEqual(
      new Set(world.cluster.brokers().map(({ host }) => host)),
    );
    expect(refusals()).toEqual([]);
  },
  180_000,
);

(mayMount ? testWith('java', 'kafka-jars', 'python-clients') : test.skip)(
  `the same text in a workspace without the cluster reads nothing, and the router says why${mayMount ? '' : ' (needs mount namespaces)'}`,
  async () => {
    const service = infra.targets.find((target) => target.name === 'events')?.services[0] ?? '';
    const [address = ''] = world.endpointAddresses('other', service);
    const port = infra.targets.find((target) => target.name === 'events')?.ports[0]?.clientPort ?? 0;
    const view = await world.hostile(await world.client('other'), world.network.loopbackOf(address, port).host);
    // Both would go on trying; they are ended after half a minute.
    for (const id of ['confluent-kafka', 'kafka-python']) {
      const before = refusals().length;
      const { stdout } = await run(view, pasted(id));
      expect(stdout).not.toMatch(aRecord);
      expect(new Set(refusals().slice(before))).toEqual(new Set(['LG_NOT_GRANTED']));
    }
  },
  180_000,
);
