import { expect, test } from 'vitest';
import { helloFor } from '../../../../test/corpora/made-hello.ts';
import { parseHostname } from '../../../ir/index.ts';
import type { Answer } from '../answer.ts';
import { fromLatin1, nothing } from '../bytes.ts';
import { byServerName } from './matcher.ts';

const orders = parseHostname('orders.test');
if (!orders) throw new Error('not a host name');

test.each<[string, Uint8Array, Answer['is']]>([
  ['no bytes yet', nothing, 'need-more'],
  ['our name', helloFor('orders.test'), 'match'],
  ['another name', helloFor('billing.test'), 'no-match'],
  ['half a hello', helloFor('orders.test').subarray(0, 40), 'need-more'],
  ['plain HTTP on a TLS port', fromLatin1('GET / HTTP/1.1\r\n\r\n'), 'no-match'],
])('by server name: %s', (_, prefix, want) => {
  expect(byServerName(orders).match(prefix).is).toBe(want);
});

test('the explanation names both sides', () => {
  expect(byServerName(orders).explain(helloFor('billing.test'))).toBe(
    'this route is for orders.test; the client asked for billing.test',
  );
});
