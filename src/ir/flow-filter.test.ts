import { expect, test } from 'vitest';
import { flowRecords } from '../../test/support/flow-records.ts';
import { type FlowFilter, matchesFlow, parseStatusFilter } from './index.ts';

const found = (filter: FlowFilter): string =>
  flowRecords
    .filter((record) => matchesFlow(record, filter))
    .map(({ seq }) => seq)
    .join(' ');
const status = (text: string): FlowFilter => {
  const parsed = parseStatusFilter(text);
  return parsed ? { status: parsed } : { target: 'no filter' };
};

test.each<[string, FlowFilter, string]>([
  ['nothing', {}, '1 2 3 4'],
  ['a target', { target: 'billing' }, '2'],
  ['a part of its name', { target: 'bill' }, ''],
  ['a workspace', { workspace: 'science' }, '1 3 4'],
  ['a part of the path', { path: '/admin/' }, '2'],
  ['a status', status('403'), '2'],
  ['a class', status('2xx'), '1 3'],
  ['a class in capitals', status('4XX'), '2'],
  ['refused', status('refused'), '2 3'],
  ['bad', status('bad'), '2 3 4'],
  ['both', { workspace: 'science', ...status('refused') }, '3'],
])('by %s', (_, filter, want) => expect(found(filter)).toBe(want));

test.each(['', '5', '50', '5x', '0xx', 'xx', '5000', '-200', '2xx ', 'REFUSED'])('%j is no status', (text) => {
  expect(parseStatusFilter(text)).toBeUndefined();
});
