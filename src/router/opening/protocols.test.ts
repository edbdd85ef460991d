import { describe, expect, test } from 'vitest';
import { helloFor } from '../../../test/corpora/made-hello.ts';
import type { RouterListener, Speech } from '../../ir/index.ts';
import { concat, fromLatin1, latin1, nothing } from '../protocols/bytes.ts';
import { sslRequest } from '../protocols/postgres/index.ts';
import { defaultLimits } from '../router-limits.ts';
import { makeProtocols, openingOf } from './protocols.ts';

const protocols = makeProtocols({
  limits: defaultLimits,
  now: () => 0,
  note: () => {},
  random: (length) => new Uint8Array(length),
  deliver: () => {},
});

const open = (...speaks: Speech[]) =>
  openingOf(protocols, {
    owner: 'a',
    listener: { key: 'l', speaks, routes: [] } as unknown as RouterListener,
    servers: new Map(),
  });

const request = fromLatin1('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n');
const refusal = { code: 'LG_NOT_GRANTED', why: 'no' } as const;

describe('the speeches of a listener choose how a client is read', () => {
  test('raw TCP waits for no byte', () => {
    expect(open('tcp').next(nothing)).toMatchObject({ is: 'opened', claim: { speech: 'tcp' }, startsAt: 0 });
  });

  test('a listener told apart by the first bytes says nothing before it knows them', () => {
    const step = open('tls', 'http').next(nothing);
    expect(step).toMatchObject({ is: 'need-more', atLeast: 1 });
    expect(step.is === 'need-more' && step.style(refusal)).toHaveLength(0);
  });

  test.each<[string, Speech[], Uint8Array, object]>([
    ['TLS', ['tls', 'http'], helloFor('a.test'), { is: 'opened', claim: { speech: 'tls', name: 'a.test' } }],
    [
      'HTTP',
      ['tls', 'http'],
      request,
      { is: 'opened', claim: { speech: 'http', name: 'a.test' }, request: { path: '/' } },
    ],
    [
      'TLS to Postgres',
      ['postgres'],
      helloFor('a.test'),
      { is: 'opened', claim: { speech: 'postgres', name: 'a.test' } },
    ],
    ['SSLRequest', ['tls', 'postgres'], sslRequest, { is: 'say', bytes: fromLatin1('S') }],
  ])('%s', (_, speaks, bytes, want) => {
    expect(open(...speaks).next(bytes)).toMatchObject(want);
  });

  test('MySQL is greeted before it says anything', () => {
    expect(open('mysql').next(nothing).is).toBe('wait');
  });

  test('what was found stays: the bytes behind an answer are not told apart anew', () => {
    const opening = open('tls', 'postgres');
    opening.next(sslRequest);
    expect(opening.next(concat(sslRequest, helloFor('a.test')))).toMatchObject({
      is: 'opened',
      claim: { speech: 'postgres', name: 'a.test' },
      startsAt: 8,
    });
  });
});

describe('a client on the wrong port is told so in its own protocol', () => {
  test.each<[string, Speech[], Uint8Array, string]>([
    ['HTTP', ['tls'], request, 'HTTP/1.1 403 '],
    ['HTTP/2', ['tls'], fromLatin1('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), 'LG_NOT_GRANTED: no'],
    ['Postgres', ['tls'], sslRequest, 'MLG_NOT_GRANTED: no\0'],
    ['TLS', ['http'], helloFor('a.test'), '\x15\x03\x03'],
  ])('%s', (_, speaks, bytes, want) => {
    const step = open(...speaks).next(bytes);
    expect(step).toMatchObject({ is: 'refuse', refusal: { code: 'LG_PROTOCOL' } });
    expect(step.is === 'refuse' && latin1(step.style(refusal))).toContain(want);
  });

  test('and in silence where nothing could be read', () => {
    const step = open('tls').next(fromLatin1('SSH-2.0-x\r\n'));
    expect(step.is === 'refuse' && step.style(refusal)).toHaveLength(0);
  });
});
