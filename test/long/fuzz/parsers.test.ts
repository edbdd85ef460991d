import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Port } from '../../../src/ir/index.ts';
import { concat, fromLatin1 } from '../../../src/router/protocols/bytes.ts';
import { detect } from '../../../src/router/protocols/detect.ts';
import { bodyStart, parseRequestHead, parseResponseHead, readBody } from '../../../src/router/protocols/http/index.ts';
import { parseGreeting, readMysqlOpening } from '../../../src/router/protocols/mysql/index.ts';
import { readPostgresOpening } from '../../../src/router/protocols/postgres/index.ts';
import { parseProxyHeader, parseProxyHeaders } from '../../../src/router/protocols/proxy-v2/index.ts';
import { parseClientHello } from '../../../src/router/protocols/tls/index.ts';
import { decideRequest, routeTable } from '../../../src/routing/index.ts';
import { headerOf } from '../../conformance/clients.ts';
import { realGreeting } from '../../conformance/mysql-backend.ts';
import { endpointA } from '../../conformance/setup.ts';

/** Real openings of every protocol, for the mutations to start from. */
const corpus = 'test/corpora/client-hello';
const hellos = readdirSync(corpus)
  .filter((file) => file.endsWith('.hex'))
  .map((file) => Uint8Array.from(Buffer.from(readFileSync(join(corpus, file), 'utf8').replace(/\s/g, ''), 'hex')));
const mysqlStart = (flag: number) =>
  concat([0x20, 0, 0, 1, 0x85, 0xa6 | flag, 0xff, 0x19, 0, 0, 0, 1, 45], new Uint8Array(23));
const seeds: readonly Uint8Array[] = [
  ...hellos,
  headerOf(endpointA),
  Uint8Array.of(0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f),
  concat([0, 0, 0, 0x21, 0, 3, 0, 0], fromLatin1('user\0ada\0database\0orders\0\0')),
  fromLatin1('PROXY TCP4 10.0.0.1 10.0.0.2 1024 443\r\n'),
  fromLatin1('GET http://a.test/v1/%2e%2e/x HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\nUpgrade: x\r\n\r\nabc'),
  fromLatin1('HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc'),
  fromLatin1('5;a="b"\r\nhello\r\n0\r\nX-Sum: y\r\n\r\n'),
  Uint8Array.from(realGreeting),
  concat(mysqlStart(0x08), hellos[0] ?? []),
  concat([0x3a], mysqlStart(0).subarray(1), fromLatin1('ada\0\x03xyzlake\0mysql_native_password\0')),
];

type Change = (bytes: Uint8Array) => Uint8Array;
const position = fc.double({ min: 0, max: 1, noNaN: true });
const at = (bytes: Uint8Array, share: number): number => Math.floor(share * bytes.length);
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(position, fc.nat({ max: 255 })).map(
    ([where, byte]): Change =>
      (b) =>
        Uint8Array.from(b).fill(byte, at(b, where), at(b, where) + 1),
  ),
  position.map(
    (where): Change =>
      (b) =>
        b.subarray(0, at(b, where)),
  ),
  fc.tuple(position, position).map(
    ([x, y]): Change =>
      (b) =>
        concat(b.subarray(0, at(b, Math.min(x, y))), b.subarray(at(b, Math.max(x, y)))),
  ),
  fc.tuple(position, fc.uint8Array({ minLength: 1, maxLength: 4 })).map(
    ([where, more]): Change =>
      (b) =>
        concat(b.subarray(0, at(b, where)), more, b.subarray(at(b, where))),
  ),
  fc.tuple(position, position, fc.constantFrom(...seeds)).map(
    ([x, y, other]): Change =>
      (b) =>
        concat(b.subarray(0, at(b, x)), other.subarray(at(other, y))),
  ),
);
const input = fc
  .tuple(fc.constantFrom(...seeds), fc.array(change, { maxLength: 6 }))
  .map(([seed, changes]) => changes.reduce((bytes, one) => one(bytes), seed).subarray(0, 80_000));

type Answer = { readonly is: string; readonly atLeast?: number };
const parsers: readonly [string, (bytes: Uint8Array) => Answer][] = [
  ['ClientHello', parseClientHello],
  ['PROXY header', (bytes) => parseProxyHeader(bytes, { version1: 'accept' })],
  ['PROXY headers', (bytes) => parseProxyHeaders(bytes)],
  ['PostgreSQL', (bytes) => readPostgresOpening(bytes, [])],
  ['PostgreSQL after N', (bytes) => readPostgresOpening(bytes, ['N'])],
  ['PostgreSQL after S', (bytes) => readPostgresOpening(bytes, ['S'])],
  ['HTTP request', parseRequestHead],
  ['HTTP response', (bytes) => parseResponseHead(bytes, 'GET')],
  ['MySQL greeting', parseGreeting],
  ['MySQL client', readMysqlOpening],
  ['speeches', (bytes) => detect(['tls', 'postgres', 'http'], bytes)],
];
/** Answers that hold for the bytes so far only: they say what to do before more is read. */
const untilMore = ['answer', 'headers'];
const runs = { numRuns: 100_000 };
const longMs = 300_000;

test.each(parsers)(
  '%s: any bytes are answered, a question asks for more, a decision stays',
  (_, parse) => {
    fc.assert(
      fc.property(input, fc.uint8Array({ minLength: 1, maxLength: 3 }), (bytes, more) => {
        const answer = parse(bytes);
        const inner = 'hello' in answer ? (answer.hello as Answer) : answer;
        if (inner.is === 'need-more') expect(inner.atLeast).toBeGreaterThan(bytes.length);
        else if (!untilMore.includes(answer.is)) expect(parse(concat(bytes, more))).toEqual(answer);
      }),
      runs,
    );
  },
  longMs,
);

test(
  'HTTP bodies end in the same place, at once or byte by byte',
  () => {
    fc.assert(
      fc.property(input, (bytes) => {
        const whole = readBody(bodyStart({ by: 'chunks' }), bytes);
        let state = bodyStart({ by: 'chunks' });
        let used = 0;
        for (const byte of bytes) {
          if (state.in === 'end') break;
          const step = readBody(state, Uint8Array.of(byte));
          if (step.is === 'bad') {
            expect(whole.is).toBe('bad');
            return;
          }
          state = step.state;
          used += step.used;
        }
        expect(whole).toEqual({ is: 'read', used, state });
      }),
      runs,
    );
  },
  longMs,
);

test(
  'every request that is read has a path that is allowed or refused',
  () => {
    fc.assert(
      fc.property(input, (bytes) => {
        const head = parseRequestHead(bytes);
        if (head.is !== 'request') return;
        const paths = { allow: ['/v1/**'], deny: ['/v1/admin/**'] };
        const table = routeTable({
          key: 's-1/80',
          port: 20_080 as Port,
          clientPort: 80 as Port,
          speaks: ['http'],
          identity: { by: 'endpoint' },
          routes: [
            {
              key: 'r',
              target: 't',
              match: { by: 'name', speech: 'http', name: head.host },
              allow: ['n-1'],
              action: { upstream: 'u', tls: 'passthrough', paths },
            },
          ],
        });
        const { path, fields, host } = head;
        const decision = decideRequest(table, { speech: 'http', name: host, nccs: ['n-1'] }, { host, path, fields });
        if (decision.is === 'refuse') expect(decision.code).toBe('LG_PATH_DENIED');
        else expect(decision.path).toMatch(/^\/v1(\/|$)/);
      }),
      runs,
    );
  },
  longMs,
);
