import { expect, onTestFinished, test } from 'vitest';
import { startAwsServer } from '../../src/sim/aws/index.ts';
import { lakegateIn } from '../e2e/cli.ts';
import { HubWorld } from './hub-world.ts';

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

  const text = await lakegateIn({ env }, 'msk', 'brokers', '--cluster', cluster.id);
  expect(text).toEqual({
    exit: 0,
    err: '',
    out: [
      '# events: ACTIVE, 2 brokers. Paste this under the target.',
      'msk:',
      `  cluster: ${cluster.id}`,
      '  brokers:',
      ...hosts.map((host) => `    - ${host}`),
    ].join('\n'),
  });
  const json = JSON.parse((await lakegateIn({ env }, 'msk', 'brokers', '--cluster', cluster.id, '--json')).out) as {
    brokers: readonly unknown[];
  };
  expect(json).toMatchObject({
    cluster: cluster.id,
    name: 'events',
    state: 'ACTIVE',
    brokers: hosts.map((host, at) => ({ number: at + 1, host })),
  });

  const missing = await lakegateIn({ env }, 'msk', 'brokers', '--cluster', cluster.id.replace('events', 'other'));
  expect([missing.exit, missing.err]).toEqual([
    1,
    expect.stringMatching(/^error LG_AWS_CALL kafka:\w+: NotFoundException: /),
  ]);
  expect(await lakegateIn({ env }, 'msk', 'brokers', '--cluster', 'events')).toMatchObject({
    exit: 1,
    err: expect.stringContaining("LG_USAGE 'events'"),
  });
  expect(await lakegateIn({ env }, 'msk', 'topics', '--cluster', cluster.id)).toMatchObject({
    exit: 1,
    err: expect.stringContaining("LG_USAGE 'topics'"),
  });
});
