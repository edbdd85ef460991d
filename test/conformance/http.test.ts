import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Backend, httpBackend } from './backends.ts';
import { dialTo, headerOf, readAll, readUntil } from './clients.ts';
import { engines, type RunningEngine } from './engines.ts';
import { endpointA, setupOf } from './setup.ts';

const get = (path: string, host: string, ...fields: string[]): string =>
  `GET ${path} HTTP/1.1\r\n${[`Host: ${host}`, ...fields].join('\r\n')}\r\n\r\n`;

/** Status, server and body of each answer in a stream of them; a refusal gives its code. */
function answersIn(text: string): string[] {
  const answers: string[] = [];
  let rest = text;
  while (rest !== '') {
    const head = /^HTTP\/1\.1 (\d{3})[\s\S]*?\r\n\r\n/.exec(rest);
    if (!head) return [...answers, `torn: ${rest.slice(0, 60)}`];
    const length = Number(/content-length: (\d+)/i.exec(head[0])?.[1] ?? 0);
    const chunked = /transfer-encoding: chunked/i.test(head[0]);
    const after = rest.slice(head[0].length);
    const end = chunked ? after.indexOf('0\r\n\r\n') + 5 : length;
    const code = /lakegate-code: (\w+)/i.exec(head[0])?.[1];
    answers.push(`${head[1]} ${code ?? /([a-z.]+\.test [^\r\n]*)/.exec(after.slice(0, end))?.[1] ?? ''}`.trim());
    rest = after.slice(end);
  }
  return answers;
}

describe.each(engines)('$name engine', ({ start }) => {
  const backends: Backend[] = [];
  let engine: RunningEngine;
  const header = headerOf(endpointA);

  beforeAll(async () => {
    backends.push(await httpBackend('wiki.test'), await httpBackend('ci.test'));
    const [wiki, ci] = backends.map(({ port }) => port);
    engine = await start(
      setupOf([
        {
          key: 's-1/80',
          clientPort: 80,
          speaks: ['http'],
          routes: [
            { name: 'wiki.test', to: wiki ?? 0 },
            { name: 'ci.test', to: ci ?? 0, action: { paths: { allow: ['/v1/**'], deny: ['/v1/admin/**'] } } },
            { name: 'secret.test', to: ci ?? 0, allow: ['n-2'] },
          ],
        },
      ]),
    );
  });
  afterAll(async () => {
    await engine.close();
    await Promise.all(backends.map((backend) => backend.close()));
  });

  /** Everything the router answers to these bytes, sent at once, until it closes. */
  const ask = async (...requests: string[]): Promise<string[]> => {
    const socket = await dialTo(engine.addressOf('s-1/80'), header, requests.join(''));
    return answersIn((await readAll(socket)).toString('latin1'));
  };
  const close = 'Connection: close';

  test.each<[string, string[], string[]]>([
    ['a host', [get('/a', 'wiki.test', close)], ['200 wiki.test GET /a 0']],
    ['another host', [get('/v1/x', 'ci.test', close)], ['200 ci.test GET /v1/x 0']],
    ['a host in capitals with a port', [get('/a', 'WIKI.test:80', close)], ['200 wiki.test GET /a 0']],
    ['a host of another NCC', [get('/a', 'secret.test', close)], ['403 LG_NOT_GRANTED']],
    ['an unknown host', [get('/a', 'payroll.test', close)], ['421 LG_NAME_UNKNOWN']],
    ['a host with another port', [get('/a', 'wiki.test:8080', close)], ['421 LG_NAME_UNKNOWN']],
    [
      'a request hidden in a body that the server may not read',
      [`${get('/a', 'wiki.test', 'Content-Length: 36')}${get('/b', 'wiki.test')}`, get('/c', 'wiki.test')],
      ['200 wiki.test GET /a 36'],
    ],
    ['a path that is not allowed', [get('/', 'ci.test', close)], ['403 LG_PATH_DENIED']],
    ['a path that is denied', [get('/v1/admin/x', 'ci.test', close)], ['403 LG_PATH_DENIED']],
    ['a path denied in disguise', [get('/v1/x/..%2fadmin/x', 'ci.test', close)], ['403 LG_PATH_DENIED']],
    [
      'two requests on one connection',
      [get('/a', 'wiki.test'), get('/b', 'wiki.test', close)],
      ['200 wiki.test GET /a 0', '200 wiki.test GET /b 0'],
    ],
    [
      'a second request for another host',
      [get('/a', 'wiki.test'), get('/v1/b', 'ci.test', close)],
      ['200 wiki.test GET /a 0', '421 LG_NAME_UNKNOWN'],
    ],
    [
      'a second request for a denied path',
      [get('/v1/a', 'ci.test'), get('/v1/admin', 'ci.test')],
      ['200 ci.test GET /v1/a 0', '403 LG_PATH_DENIED'],
    ],
    [
      'a chunked body, then another request',
      [
        'POST /a HTTP/1.1\r\nHost: wiki.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
        get('/b', 'wiki.test', close),
      ],
      ['200 wiki.test POST /a 5', '200 wiki.test GET /b 0'],
    ],
    [
      'a request hidden in a body is not routed',
      [
        `POST /a HTTP/1.1\r\nHost: wiki.test\r\nContent-Length: ${get('/v1/admin', 'ci.test').length}\r\n${close}\r\n\r\n${get('/v1/admin', 'ci.test')}`,
      ],
      [`200 wiki.test POST /a ${get('/v1/admin', 'ci.test').length}`],
    ],
    [
      'both lengths',
      ['POST /a HTTP/1.1\r\nHost: wiki.test\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
      ['400 LG_PROTOCOL'],
    ],
    ['two hosts', [`GET /a HTTP/1.1\r\nHost: wiki.test\r\nHost: ci.test\r\n\r\n`], ['400 LG_PROTOCOL']],
    ['no host', ['GET /a HTTP/1.1\r\nAccept: */*\r\n\r\n'], ['400 LG_NO_NAME']],
    ['an address as host', [get('/a', '10.1.2.3')], ['400 LG_NO_NAME']],
    [
      'a second request with both lengths',
      [
        get('/a', 'wiki.test'),
        'POST / HTTP/1.1\r\nHost: wiki.test\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      ],
      ['200 wiki.test GET /a 0', '400 LG_PROTOCOL'],
    ],
    [
      'a chunk whose size lies',
      ['POST /a HTTP/1.1\r\nHost: wiki.test\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
      ['400 LG_PROTOCOL'],
    ],
  ])('%s', async (_, requests, want) => {
    expect(await ask(...requests)).toEqual(want);
  });

  test('HTTP/2 without TLS is refused in HTTP/2', async () => {
    const socket = await dialTo(engine.addressOf('s-1/80'), header, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    const said = (await readAll(socket)).toString('latin1');
    expect(said).toContain('LG_PROTOCOL: ');
    expect(said.charCodeAt(12)).toBe(7); // GOAWAY, behind an empty SETTINGS frame
  });

  // RFC 6455 section 1.3.
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';

  test('an upgrade passes, and bytes flow both ways behind it', async () => {
    const socket = await dialTo(
      engine.addressOf('s-1/80'),
      header,
      get('/echo', 'wiki.test', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', key),
    );
    expect(await readUntil(socket, 'I am wiki.test\n')).toMatch(/^HTTP\/1.1 101 /);
    socket.write('over and out\n');
    expect(await readUntil(socket, '\n')).toBe('over and out\n');
    socket.destroy();
  });

  test('a server that is gone', async () => {
    const setup = setupOf([{ key: 's-1/80', speaks: ['http'], routes: [{ name: 'gone.test', to: 1 }] }]);
    const other = await start(setup);
    const socket = await dialTo(other.addressOf('s-1/80'), header, get('/', 'gone.test'));
    expect(answersIn((await readAll(socket)).toString('latin1'))).toEqual(['502 LG_UPSTREAM_REFUSED']);
    await other.close();
  });
});
