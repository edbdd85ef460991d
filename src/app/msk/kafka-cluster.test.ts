import { expect, test } from 'vitest';
import { readKafkaCluster } from './kafka-cluster.ts';

const arn = 'arn:aws:kafka:eu-west-1:111122223333:cluster/events/0a1b2c3d-1111-2222-3333-444455556666-3';

test.each([
  'events',
  'arn:aws:kafka:eu-west-1:111122223333:topic/events/0a1b',
  'arn:aws:s3:::bucket',
  `${arn}/more`,
  ` ${arn}`,
])('%s is not the ARN of a cluster, and nothing is asked', async (text) => {
  expect(await readKafkaCluster({ arn: text, env: {} })).toMatchObject({
    code: 'LG_USAGE',
    message: `'${text}' is not the ARN of an MSK cluster; add --help for an example`,
  });
});

test('where AWS does not answer, the problem has the call', async () => {
  const env = {
    AWS_ENDPOINT_URL_KAFKA: 'http://127.0.0.1:1', // nobody listens there
    AWS_ACCESS_KEY_ID: 'AKIASIMULATED',
    AWS_SECRET_ACCESS_KEY: 'not-a-secret',
  };
  expect(await readKafkaCluster({ arn, env })).toMatchObject({
    code: 'LG_AWS_CALL',
    message: expect.stringMatching(/^kafka:\w+: /),
  });
});
