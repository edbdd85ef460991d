import { expect, test } from 'vitest';
import { fromLatin1, latin1 } from '../bytes.ts';
import { editedHead, type HeadEdits, queryOf } from './edited-head.ts';

const head = fromLatin1(
  'GET /a?b=$& HTTP/1.1\r\nHost: a.test\r\nUPGRADE: h2c\r\nHTTP2-Settings: AAM\r\nX-B:  c \r\n\r\n',
);

test.each<[string, HeadEdits, string]>([
  [
    'fields left out',
    { without: ['upgrade', 'http2-settings'] },
    'GET /a?b=$& HTTP/1.1\r\nHost: a.test\r\nX-B:  c \r\n\r\n',
  ],
  [
    'another target',
    { target: '/v2/$&?b=$&' },
    'GET /v2/$&?b=$& HTTP/1.1\r\nHost: a.test\r\nUPGRADE: h2c\r\nHTTP2-Settings: AAM\r\nX-B:  c \r\n\r\n',
  ],
  [
    'a line added',
    { without: ['upgrade', 'http2-settings', 'x-b'], add: ['Connection: close'] },
    'GET /a?b=$& HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n',
  ],
])('a head with %s, and nothing else changed', (_, edits, want) => {
  expect(latin1(editedHead(head, edits))).toBe(want);
});

test('without changes the bytes are the same', () => {
  expect(editedHead(head, {})).toBe(head);
});

test.each([
  ['/a', ''],
  ['/a?', '?'],
  ['http://a.test/b?c=d?e', '?c=d?e'],
])('the query of %s is %j', (target, want) => {
  expect(queryOf({ target })).toBe(want);
});
