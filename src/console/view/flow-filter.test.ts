import { expect, test } from 'vitest';
import { flowRecords } from '../../../test/support/flow-records.ts';
import { everything, type FlowFilter, filterOf, filterQuery, listed, matcher } from './flow-filter.ts';
import { rowOf } from './flow-row.ts';

const rows = flowRecords.map((record, at) => listed(rowOf(record, at + 1)));
const [orders, billing, features, events] = rows.map(({ row }) => row.target);

test.each<[string, Partial<FlowFilter>, (string | undefined)[]]>([
  ['nothing asked', {}, [orders, billing, features, events]],
  ['a part of the path', { text: '/v1/' }, [orders, billing]],
  ['a part of the host', { text: 'GRPC.corp' }, [features]],
  ['the method', { text: 'post' }, [orders, features]],
  ['the query', { text: 'page=2' }, [orders]],
  ['every word', { text: 'corp delete  users' }, [billing]],
  ['a word that must not be there', { text: 'corp !api.' }, [features, events]],
  ['a mark alone', { text: ' ! ' }, [orders, billing, features, events]],
  ['a target', { target: 'billing' }, [billing]],
  ['the whole name of a target', { target: 'bill' }, []],
  ['a workspace', { workspace: 'sandbox' }, [billing]],
  ['one of its workspaces', { workspace: 'science' }, [orders, features, events]],
  ['a class', { status: '4xx' }, [billing]],
  ['a status', { status: '101' }, [events]],
  ['refused, whatever the status says', { status: 'refused' }, [billing, features]],
  ['a code', { status: 'LG_UPSTREAM_CERTIFICATE' }, [features]],
  ['no answer', { status: 'unanswered' }, []],
  ['all of them', { text: 'users', target: 'billing', workspace: 'sandbox', status: '403' }, [billing]],
])('%s', (_, asked, want) => {
  expect(rows.filter(matcher({ ...everything, ...asked })).map(({ row }) => row.target)).toEqual(want);
});

test('what got no answer is found', () => {
  const { response: _, ...unanswered } = flowRecords[0] ?? {};
  const one = listed(rowOf(unanswered as (typeof flowRecords)[0], 9));
  expect(matcher({ ...everything, status: 'unanswered' })(one)).toBe(true);
  expect(matcher({ ...everything, status: '2xx' })(one)).toBe(false);
});

test('a filter comes back from its query', () => {
  const filter = { text: 'a&b=c !d', target: 't', workspace: '', status: '5xx' };
  expect(filterOf(new URLSearchParams(filterQuery(filter)))).toEqual(filter);
});
