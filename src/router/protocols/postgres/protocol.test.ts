import { describe, expect, test } from 'vitest';
import { helloFor } from '../../../../test/corpora/made-hello.ts';
import type { IpAddress, Port } from '../../../ir/index.ts';
import { concat, fromLatin1, latin1, nothing } from '../bytes.ts';
import type { Step } from '../opening.ts';
import type { ServerAddress } from '../protocol.ts';
import { PostgresProtocol } from './protocol.ts';
import { gssEncRequest, sslRequest } from './startup.ts';
import { tlsRequest } from './tls-request.ts';

const server = (last: number): ServerAddress => ({ address: `10.0.0.${last}` as IpAddress, port: 5432 as Port });
const cancel = Uint8Array.of(0, 0, 0, 16, 4, 0xd2, 0x16, 0x2e, 0, 0, 0, 7, 1, 2, 3, 4);
const login = concat([0, 0, 0, 18, 0, 3, 0, 0], fromLatin1('user\0ada\0\0'));

function protocol(cancelFanOut = 8) {
  const delivered: [string, string][] = [];
  const limits = { cancelFanOut } as ConstructorParameters<typeof PostgresProtocol>[0]['limits'];
  const made = new PostgresProtocol({
    limits,
    deliver: ({ address }, packet) => void delivered.push([address, latin1(packet)]),
  });
  return { made, delivered };
}

const said = (step: Step): string => (step.is === 'say' ? latin1(step.bytes) : step.is);

describe('the opening', () => {
  test('answers each request for encryption once, and then reads the hello', () => {
    const opening = protocol().made.opening({ owner: 'a' });
    expect(said(opening.next(gssEncRequest))).toBe('N');
    expect(said(opening.next(gssEncRequest))).toBe('need-more');
    expect(said(opening.next(concat(gssEncRequest, sslRequest)))).toBe('S');
    const step = opening.next(concat(gssEncRequest, sslRequest, helloFor('orders.test')));
    expect(step).toMatchObject({ is: 'opened', claim: { speech: 'postgres', name: 'orders.test' }, startsAt: 16 });
    expect(step.is === 'opened' && step.prelude?.({} as never)).toBe(tlsRequest);
  });

  test('asks the upstream for nothing where the client began with TLS', () => {
    const step = protocol().made.opening({ owner: 'a' }).next(helloFor('orders.test'));
    expect(step).toMatchObject({ is: 'opened', startsAt: 0 });
    expect(step).not.toHaveProperty('prelude');
  });

  test('tells refusals as errors before TLS, and as alerts after it agreed to TLS', () => {
    const opening = protocol().made.opening({ owner: 'a' });
    const refusal = { code: 'LG_NOT_GRANTED', why: 'no' } as const;
    const before = opening.next(login);
    expect(before.is === 'opened' && latin1(before.style(refusal))).toMatch(/^E.*LG_NOT_GRANTED: no.*sslmode=require/s);
    opening.next(sslRequest);
    const after = opening.next(concat(sslRequest, [0x16]));
    expect(after.is === 'need-more' && [...after.style(refusal)].slice(0, 3)).toEqual([0x15, 3, 3]);
  });
});

describe('a cancel request without TLS', () => {
  test('goes to the servers of its owner, and the connection is for nothing else', () => {
    const { made, delivered } = protocol();
    made.carried('a', server(1));
    made.carried('a', server(2));
    made.carried('b', server(3));
    expect(made.opening({ owner: 'a' }).next(cancel)).toEqual({ is: 'end', end: 'cancel' });
    expect(delivered).toEqual([
      ['10.0.0.1', latin1(cancel)],
      ['10.0.0.2', latin1(cancel)],
    ]);
  });

  test('does not go where a connection is over', () => {
    const { made, delivered } = protocol();
    const over = made.carried('a', server(1));
    made.carried('a', server(2));
    over();
    made.opening({ owner: 'a' }).next(cancel);
    expect(delivered.map(([address]) => address)).toEqual(['10.0.0.2']);
  });

  test('goes to no more servers than its limit', () => {
    const { made, delivered } = protocol(2);
    for (const last of [1, 2, 3]) made.carried('a', server(last));
    made.opening({ owner: 'a' }).next(cancel);
    expect(delivered).toHaveLength(2);
  });

  test('may come behind an answered request for encryption', () => {
    const { made, delivered } = protocol();
    made.carried('a', server(1));
    const opening = made.opening({ owner: 'a' });
    opening.next(gssEncRequest);
    opening.next(concat(gssEncRequest, cancel));
    expect(delivered).toEqual([['10.0.0.1', latin1(cancel)]]);
  });
});

describe('asking a server for TLS', () => {
  test.each<[string, Uint8Array, object]>([
    ['nothing yet', nothing, { is: 'need-more', atLeast: 1 }],
    ['yes', fromLatin1('S'), { is: 'done' }],
    ['yes with something behind it', fromLatin1('SX'), { is: 'refused', refusal: { code: 'LG_PROTOCOL' } }],
    [
      'no',
      fromLatin1('N'),
      { is: 'refused', refusal: { code: 'LG_UPSTREAM_NO_TLS', why: expect.stringContaining('N') } },
    ],
    ['an error', fromLatin1('E'), { is: 'refused', refusal: { code: 'LG_UPSTREAM_NO_TLS' } }],
  ])('%s', (_, answer, want) => {
    expect(tlsRequest.read(answer)).toMatchObject(want);
  });
});
