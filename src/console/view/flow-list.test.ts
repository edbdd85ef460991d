import { expect, test } from 'vitest';
import { answeredFlow } from '../../../test/support/flow-records.ts';
import { everything } from './flow-filter.ts';
import { choicesOf, FlowList } from './flow-list.ts';
import { rowOf, rowTextMax } from './flow-row.ts';

const row = (n: number) => ({ ...rowOf(answeredFlow, n), status: n % 2 === 0 ? 200 : 404 });
const rows = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => row(from + at));
const shown = (list: FlowList) => list.shown.map((one) => one.row.n);

test('only the newest stay, and it says how many of those shown have gone', () => {
  const list = new FlowList(4);
  expect(list.add(rows(1, 3))).toBe(0);
  list.narrow({ ...everything, status: '404' });
  expect(shown(list)).toEqual([1, 3]);
  expect(list.add(rows(4, 7))).toBe(2);
  expect(shown(list)).toEqual([5, 7]);
  list.narrow(everything);
  expect(shown(list)).toEqual([4, 5, 6, 7]);
  expect(list.size).toBe(4);
});

test('more at once than are kept', () => {
  const list = new FlowList(2);
  list.add(rows(1, 9));
  expect(shown(list)).toEqual([8, 9]);
});

test('a row is found among those shown', () => {
  const list = new FlowList(100);
  list.add(rows(11, 40));
  list.narrow({ ...everything, status: '2xx' });
  expect([12, 13, 40, 41, 1, undefined].map((n) => list.placeOf(n))).toEqual([0, -1, 14, -1, -1, -1]);
});

test('what there is to choose from, each once', () => {
  const list = new FlowList(100);
  list.add([...rows(1, 4), { ...row(5), target: 'billing', code: 'LG_PATH_DENIED', workspaces: ['sandbox'] }]);
  expect(choicesOf(list.all)).toEqual({
    targets: ['billing', 'orders-api'],
    workspaces: ['analytics', 'sandbox', 'science'],
    statuses: ['200', '404'],
    codes: ['LG_PATH_DENIED'],
  });
});

test('a row is small whatever a stranger sends', () => {
  const long = 'x'.repeat(70_000);
  const request = { ...answeredFlow.request, method: long, host: long, path: long, query: long };
  const client = { ...answeredFlow.client, workspaces: Array.from({ length: 1_000 }, () => 'w') };
  const text = JSON.stringify(rowOf({ ...answeredFlow, request, client }, 1));
  expect(text.length).toBeLessThan(4 * rowTextMax);
});
