import { expect, test } from 'vitest';
import { answeredFlow, flowRecords } from '../../test/support/flow-records.ts';
import { FlowRing } from './flow-ring.ts';

const record = (n: number) => ({ ...answeredFlow, id: `a-${n}`, seq: n });
const numbers = (ring: FlowRing) => ring.after(0, 1_000).map(({ n }) => n);

test('the newest are kept', () => {
  const ring = new FlowRing({ records: 3, characters: 1 << 30 });
  for (let n = 1; n <= 5; n += 1) ring.add(record(n));
  expect(numbers(ring)).toEqual([3, 4, 5]);
  expect([ring.get(2), ring.get(3)?.seq, ring.get(6)]).toEqual([undefined, 3, undefined]);
  expect(ring.after(3, 1).map(({ n }) => n)).toEqual([4]);
});

test('large records push out more, and the newest stays however large', () => {
  const ring = new FlowRing({ records: 100, characters: 10_000 });
  for (let n = 1; n <= 20; n += 1) ring.add(record(n));
  const each = JSON.stringify(record(10)).length;
  expect(numbers(ring).length).toBe(Math.floor(10_000 / each));
  const headers = [{ name: 'x', value: 'y'.repeat(20_000) }];
  ring.add({ ...record(21), request: { ...answeredFlow.request, headers } });
  expect(numbers(ring)).toEqual([21]);
});

test('a record that is here is not taken again, one that was dropped is', () => {
  const ring = new FlowRing({ records: 2, characters: 1 << 30 });
  for (const n of [1, 2, 2, 3, 2, 1]) ring.add(record(n));
  expect(ring.after(0, 9).map(({ n }) => ring.get(n)?.seq)).toEqual([3, 1]);
});

test('records come out as they went in, those that are asked for', () => {
  const ring = new FlowRing({ records: 9, characters: 1 << 30 });
  for (const one of flowRecords) ring.add(one);
  expect(ring.records(({ code }) => code !== undefined)).toEqual(flowRecords.filter(({ refusal }) => refusal));
});
