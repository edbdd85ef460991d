import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { frameServer } from '../support/http2-frame-server.ts';
import { fieldBlock, flags, frame, frameTypes, preface, readFrames, requestFields } from '../support/http2-frames.ts';
import { answerTo, http2Client, http2Server, secureTo } from '../support/inspected-http2.ts';
import type { NodeUnderTest } from './engines.ts';
import { inspectedSuite } from './inspected-suite.ts';
import { endpointA } from './setup.ts';

// Node writes some fields not, and throws instead: what came from one side must not end the process that serves all.

type Fields = readonly (readonly [string, string])[];

const { ca, servers, closing, routerTo, closeAll } = await inspectedSuite();
afterEach(closeAll);

async function clientOf(router: NodeUnderTest): Promise<TLSSocket> {
  const wish = { name: 'a.test', rootPem: ca.rootPem, alpn: ['h2'], endpoint: endpointA };
  const tls = await secureTo(router.addressOf('s-1/443'), wish);
  closing.push({ close: async () => void tls.destroy() });
  return tls;
}

const { headers, data } = frameTypes;
const { endHeaders, endStream } = flags;

/** Frames of stream 1 in short: statuses of heads, then how it ends. */
async function outcomes(socket: TLSSocket): Promise<readonly string[]> {
  const isEnd = ({ type, flags: set, stream }: { type: number; flags: number; stream: number }): boolean =>
    type === frameTypes.goaway || (stream === 1 && (type === frameTypes.reset || (set & endStream) !== 0));
  const frames = await readFrames(socket, isEnd);
  return frames
    .filter(({ stream }) => stream === 1)
    .map(
      ({ type, flags: set }) =>
        `${type === headers ? 'head' : type === data ? 'data' : 'reset'}${set & endStream ? ' end' : ''}`,
    );
}

describe('trailers of a request', () => {
  test.each<[string, Fields, boolean]>([
    ['a field of a connection', [['http2-settings', 'AAAA']], false],
    [
      'content-type twice',
      [
        ['content-type', 'a'],
        ['content-type', 'b'],
      ],
      false,
    ],
    [
      'etag twice',
      [
        ['etag', 'a'],
        ['etag', 'b'],
      ],
      false,
    ],
    ['a field named __proto__', [['__proto__', 'x']], true],
    [
      'a field named constructor, twice',
      [
        ['constructor', 'x'],
        ['constructor', 'y'],
      ],
      true,
    ],
  ])('%s', async (_, trailers, passes) => {
    const server = await http2Server(await servers.issue('a.test'));
    closing.push(server);
    const router = await routerTo(server.port);
    const one = await clientOf(router);
    const seen = outcomes(one);
    one.write(preface);
    one.write(frame(headers, endHeaders, 1, fieldBlock(requestFields('/x', 'POST'))));
    one.write(frame(data, 0, 1, 'body'));
    const asked = await server.next();
    let got: unknown;
    asked.stream.on('trailers', (_fields: unknown, _flags: unknown, raw: unknown) => {
      got = raw;
    });
    asked.stream.on('end', () => {
      if (!asked.stream.destroyed && !asked.stream.closed)
        asked.stream.respond({ ':status': 200 }, { endStream: true });
    });
    asked.stream.resume();
    one.write(frame(headers, endHeaders | endStream, 1, fieldBlock(trailers)));
    expect(await seen).toEqual([passes ? 'head end' : 'reset']);
    expect(got).toEqual(passes ? trailers.flat() : undefined);

    // The router serves the next client.
    const session = await http2Client(await clientOf(router), 'a.test');
    const answered = answerTo(session.request({ ':path': '/next' }));
    (await server.next()).stream.respond({ ':status': 204 }, { endStream: true });
    expect((await answered).status).toBe(204);
  });
});

const head = (fields: Fields, end = 0): Buffer => frame(headers, endHeaders | end, 1, fieldBlock(fields));
const ok = head([[':status', '200']], endStream);

test.each<[string, readonly Buffer[], readonly string[]]>([
  [
    'an interim answer with a field twice',
    [
      head([
        [':status', '103'],
        ['etag', 'a'],
        ['etag', 'b'],
      ]),
      ok,
    ],
    ['head', 'head end'],
  ],
  [
    'an interim answer with a field of a connection',
    [
      head([
        [':status', '103'],
        ['http2-settings', 'a'],
      ]),
      ok,
    ],
    ['head end'],
  ],
  ['an interim answer that changes the protocol', [head([[':status', '101']]), ok], ['reset']],
  [
    'a thousand interim answers',
    [...Array.from({ length: 1000 }, () => head([[':status', '103']])), ok],
    [...Array.from({ length: 100 }, () => 'head'), 'head end'],
  ],
  [
    'an answer with a field twice',
    [
      head(
        [
          [':status', '200'],
          ['etag', 'a'],
          ['etag', 'b'],
        ],
        endStream,
      ),
    ],
    ['head end'],
  ],
  ['an answer with the status 999', [head([[':status', '999']], endStream)], ['reset']],
  [
    'trailers with a field twice',
    [
      head([[':status', '200']]),
      head(
        [
          ['etag', 'a'],
          ['etag', 'b'],
        ],
        endStream,
      ),
    ],
    ['head', 'head end'],
  ],
  [
    'trailers with a field of a connection',
    [head([[':status', '200']]), head([['http2-settings', 'a']], endStream)],
    ['head', 'reset'],
  ],
  ['an answer of 204 with a body', [head([[':status', '204']]), frame(data, endStream, 1, 'body')], ['head end']],
])('%s', async (_, answer, expected) => {
  const server = await frameServer(await servers.issue('a.test'), answer);
  closing.push(server);
  const router = await routerTo(server.port);
  const one = await clientOf(router);
  const seen = outcomes(one);
  one.write(preface);
  one.write(head(requestFields('/x'), endStream));
  expect(await seen).toEqual(expected);
  // The router takes the next client.
  expect((await clientOf(router)).alpnProtocol).toBe('h2');
});
