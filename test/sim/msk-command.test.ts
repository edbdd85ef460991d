import { expect, onTestFinished, test } from 'vitest';
import { runMain } from '../../src/cli/main.ts';
import { startAwsServer } from '../../src/sim/aws/index.ts';
import { HubWorld } from './hub-world.ts';

/** Runs a command line in a world of its own. */
async function run(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ exit: number; out: string; notes: string }> {
  const [out, notes]: [string[], string[]] = [[], []];
  const exit = await runMain(argv, {
    print: (text) => void out.push(text),
    note: (text) => void notes.push(text),
    isTerminal: false,
    columns: 100,
    cwd: process.cwd(),
    env,
    interrupted: new AbortController().signal,
  });
  return { exit, out: out.join('\n'), notes: notes.join('\n') };
}

test('msk brokers prints what a spec takes, and as JSON with addresses; a missing cluster is the code of AWS', async () => {
  const hub = new HubWorld();
  const vpc = await hub.vpc();
  const cluster = await hub.make('aws_msk_cluster', {
    cluster_name: 'events',
    kafka_version: '3.9.x',
    number_of_broker_nodes: 2,
    broker_node_group_info: [
      { client_subnets: await hub.subnets(vpc), instance_type: 'kafka.m5.large', security_groups: [] },
    ],
  });
  const server = await startAwsServer(hub.world);
  onTestFinished(() => server.close());
  const env = {
    AWS_ENDPOINT_URL: server.url,
    AWS_ACCESS_KEY_ID: 'AKIASIMULATED',
    AWS_SECRET_ACCESS_KEY: 'not-a-secret',
  };
  const hosts = hub.world.all('broker').map((each) => String(each.attributes.host));

  const text = await run(['msk', 'brokers', '--cluster', cluster.id], env);
  expect(text).toEqual({
    exit: 0,
    notes: '',
    out: [
      '# events: ACTIVE, 2 brokers. Goes under the target.',
      'msk:',
      `  cluster: ${cluster.id}`,
      '  brokers:',
      ...hosts.map((host) => `    - ${host}`),
    ].join('\n'),
  });
  const json = JSON.parse((await run(['msk', 'brokers', '--cluster', cluster.id, '--json'], env)).out) as {
    brokers: readonly unknown[];
  };
  expect(json).toMatchObject({
    cluster: cluster.id,
    name: 'events',
    state: 'ACTIVE',
    brokers: hosts.map((host, at) => ({ number: at + 1, host })),
  });

  const missing = await run(['msk', 'brokers', '--cluster', cluster.id.replace('events', 'other')], env);
  expect([missing.exit, missing.notes]).toEqual([
    1,
    expect.stringMatching(/^LG_AWS_CALL kafka:\w+: NotFoundException: /),
  ]);
  expect(await run(['msk', 'brokers', '--cluster', 'events'], env)).toMatchObject({
    exit: 1,
    notes: expect.stringContaining("LG_USAGE 'events'"),
  });
  expect(await run(['msk', 'topics', '--cluster', cluster.id], env)).toMatchObject({
    exit: 1,
    notes: expect.stringContaining("LG_USAGE 'topics'"),
  });
});
