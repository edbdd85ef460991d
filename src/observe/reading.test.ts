import { expect, test } from 'vitest';
import { AwsCallError } from '../aws/index.ts';
import { DatabricksCallError } from '../databricks/index.ts';
import { Reading } from './reading.ts';

const aws = (code: string, call = 'ec2:DescribeVpcs') => new AwsCallError(call, code, 'words');
const databricks = (status: number) => new DatabricksCallError('GET /workspaces', status, 'CODE', 'words');

test.each([
  [aws('UnauthorizedOperation'), 'right'],
  [aws('RequestLimitExceeded'), 'throttle'],
  [aws('InvalidVpcID.NotFound'), 'absent'],
  [aws('TimeoutError'), 'other'],
  [databricks(403), 'right'],
  [databricks(429), 'throttle'],
  [databricks(404), 'absent'],
  [databricks(0), 'other'],
])('%s is noted as %s', async (error, refusal) => {
  const reading = new Reading();
  expect(await reading.of(() => Promise.reject(error))).toBeUndefined();
  expect(reading.unread()).toEqual([{ call: error.call, code: error.code, message: error.message, refusal, times: 1 }]);
});

test.each([
  ['credentials that AWS refuses', aws('ExpiredToken')],
  ['credentials that Databricks refuses', databricks(401)],
  ['a mistake of ours', new TypeError('undefined is not a function')],
])('%s are thrown', async (_, error) => {
  const reading = new Reading();
  await expect(reading.of(() => Promise.reject(error))).rejects.toBe(error);
  await expect(reading.orAbsent(() => Promise.reject(error))).rejects.toBe(error);
  await expect(reading.each(['a'], () => Promise.reject(error))).rejects.toBe(error);
});

test('what may be absent is told from what was not read', async () => {
  const reading = new Reading();
  expect(await reading.orAbsent(async () => 1)).toBe(1);
  expect(await reading.orAbsent(() => Promise.reject(aws('NoSuchKey', 's3:GetObject')))).toBe('absent');
  expect(reading.unread()).toEqual([]);
  expect(await reading.orAbsent(() => Promise.reject(aws('AccessDenied', 's3:GetObject')))).toBeUndefined();
  expect(reading.unread()).toHaveLength(1);
});

test('reads of one kind that fail alike are counted, sorted by call', async () => {
  const reading = new Reading();
  const found = await reading.each(['a', 'b', 'c'], async (key) => {
    if (key !== 'b') throw aws('UnauthorizedOperation', 'elasticloadbalancing:DescribeListeners');
    return key;
  });
  await reading.of(() => Promise.reject(aws('UnauthorizedOperation', 'ec2:DescribeVpcs')));
  reading.notAsked('elasticloadbalancing:DescribeListenerAttributes', 60);
  reading.notAsked('nothing', 0);
  expect([...found]).toEqual([['b', 'b']]);
  expect(await reading.each(undefined, async () => 1)).toEqual(new Map());
  expect(reading.unread().map((each) => [each.call, each.refusal, each.times])).toEqual([
    ['ec2:DescribeVpcs', 'right', 1],
    ['elasticloadbalancing:DescribeListenerAttributes', 'not-asked', 60],
    ['elasticloadbalancing:DescribeListeners', 'right', 2],
  ]);
});
