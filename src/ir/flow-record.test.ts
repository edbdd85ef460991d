import { expect, test } from 'vitest';
import { answeredFlow, flowRecords } from '../../test/support/flow-records.ts';
import { flowRecordShape } from './index.ts';

test.each(flowRecords.map((record) => [record.id, record] as const))('the sample %s is a flow record', (_, record) => {
  expect(flowRecordShape.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
});

test('a record of another version, or with more than a record has, is none', () => {
  expect(flowRecordShape.safeParse({ ...answeredFlow, version: 2 }).success).toBe(false);
  expect(flowRecordShape.safeParse({ ...answeredFlow, raw: 'Authorization: Bearer x' }).success).toBe(false);
});
