import { afterEach, describe, expect, test } from 'vitest';
import { readToEnd, readUntil, SocketPairs } from '../../../../test/support/sockets.ts';
import type { Refusal } from '../../../diagnostics/index.ts';
import type { RequestClaim } from '../../../routing/index.ts';
import type { CarryEnd } from '../carrier.ts';
import { HttpCarrier } from './http-carrier.ts';

const pairs = new SocketPairs();
afterEach(() => pairs.close());

const get = (path: string, ...fields: string[]): string =>
  `GET ${path} HTTP/1.1\r\n${['Host: wiki.test', ...fields].join('\r\n')}\r\n\r\n`;
const post = (path: string, ...fields: string[]): string => get(path, ...fields).replace('GET', 'POST');
const answer = (body: string, ...fields: string[]): string =>
  `HTTP/1.1 200 OK\r\n${[`Content-Length: ${body.length}`, ...fields].join('\r\n')}\r\n\r\n${body}`;

/** Refuses paths below `/no`, as any policy might. */
const policy = ({ path }: RequestClaim): Refusal | undefined =>
  path.startsWith('/no') ? { code: 'LG_PATH_DENIED', why: `${path} is not for you` } : undefined;

interface Over {
  readonly end: CarryEnd;
  readonly refusal: Refusal | undefined;
}

async function carrying(first: string, limits: { headMs?: number; refusalMs?: number } = {}) {
  const [left, right] = [await pairs.make(), await pairs.make()];
  let tell: (over: Over) => void = () => {};
  const over = new Promise<Over>((resolve) => {
    tell = resolve;
  });
  const carrier = new HttpCarrier(
    { client: left.near, upstream: right.near, first: Buffer.from(first, 'latin1') },
    { policy, headMs: limits.headMs ?? 60_000, refusalMs: limits.refusalMs ?? 60_000 },
    (end, refusal) => tell({ end, refusal }),
  );
  return { carrier, user: left.far, server: right.far, near: { client: left.near, upstream: right.near }, over };
}

/** Status and code of a refusal, and that nothing stands behind it. */
const refusalIn = (text: string): string =>
  `${/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1]} ${/\r\nLakegate-Code: (\w+)\r\n/.exec(text)?.[1]}`;

describe('plain HTTP/1.1', () => {
  test('requests and answers pass byte for byte, one after the other', async () => {
    const { carrier, user, server, over } = await carrying(get('/a'));
    expect(await readUntil(server, '\r\n\r\n')).toBe(get('/a'));
    server.write(answer('one\n'));
    expect(await readUntil(user, 'one\n')).toBe(answer('one\n'));
    const second = `${post('/b', 'Transfer-Encoding: chunked')}3\r\nabc\r\n0\r\n\r\n`;
    user.write(second);
    expect(await readUntil(server, '0\r\n\r\n')).toBe(second);
    server.write(answer('two\n', 'Connection: close'));
    expect(await readToEnd(user)).toBe(answer('two\n', 'Connection: close'));
    user.end();
    expect(await over).toEqual({ end: 'done', refusal: undefined });
    const [fromClient, toClient] = [
      second.length,
      answer('one\n').length + answer('two\n', 'Connection: close').length,
    ];
    expect(carrier.bytes()).toEqual({ fromClient, toClient });
  });

  test('the next request waits until the answer to the last is whole', async () => {
    const { user, server } = await carrying(get('/a') + get('/b'));
    let recognised = '';
    const second = new Promise<void>((resolve) => {
      server.on('data', (chunk) => {
        recognised += chunk;
        if (recognised.includes('/b')) resolve();
        // By the time this is with the client, anything written to the server with the first request is here too.
        else server.write(answer('1234').slice(0, -1));
      });
    });
    expect(await readUntil(user, '123')).toMatch(/123$/);
    expect(recognised).toBe(get('/a'));
    server.write('4');
    await second;
    expect(recognised).toBe(get('/a') + get('/b'));
  });

  test('a refusal comes behind the answers before it, and its request never leaves', async () => {
    const { user, server, over } = await carrying(get('/a') + get('/no'));
    await readUntil(server, '\r\n\r\n');
    server.write(answer('fine\n'));
    const text = await readToEnd(user);
    user.end();
    expect(text.startsWith(answer('fine\n'))).toBe(true);
    expect(refusalIn(text.slice(answer('fine\n').length))).toBe('403 LG_PATH_DENIED');
    expect(await over).toEqual({ end: 'refused', refusal: { code: 'LG_PATH_DENIED', why: '/no is not for you' } });
    expect(await readToEnd(server)).not.toContain('/no');
  });

  test('a refused HEAD gets no body', async () => {
    const { carrier, user } = await carrying(get('/no').replace('GET', 'HEAD'));
    const text = await readToEnd(user);
    user.end();
    expect(refusalIn(text)).toBe('403 LG_PATH_DENIED');
    expect(text.endsWith('\r\n\r\n')).toBe(true);
    expect(carrier.bytes()).toEqual({ fromClient: 0, toClient: text.length });
  });

  test('a body that breaks its framing is refused, and if the answer has begun, the connection is reset', async () => {
    const bad = await carrying(`${post('/a', 'Transfer-Encoding: chunked')}zz\r\n`);
    const text = await readToEnd(bad.user);
    bad.user.end();
    expect(refusalIn(text)).toBe('400 LG_PROTOCOL');
    expect((await bad.over).end).toBe('refused');

    const late = await carrying(post('/a', 'Transfer-Encoding: chunked'));
    await readUntil(late.server, '\r\n\r\n');
    late.server.write(answer('early\n'));
    await readUntil(late.user, 'early\n');
    late.user.write('zz\r\n');
    expect(await readToEnd(late.user)).toBe('[ECONNRESET]');
    expect(await late.over).toMatchObject({ end: 'refused', refusal: { code: 'LG_PROTOCOL' } });
  });

  test('a head that does not become whole is refused at its deadline', async () => {
    const { user, server, over } = await carrying(get('/a'), { headMs: 20 });
    await readUntil(server, '\r\n\r\n');
    server.write(answer('fine\n'));
    await readUntil(user, 'fine\n');
    user.write('GET /b HTTP/1.1\r\nHo');
    expect(refusalIn(await readToEnd(user))).toBe('408 LG_TOO_SLOW');
    user.end();
    expect((await over).end).toBe('refused');
  });
});

describe('upgrades', () => {
  const upgrade = get('/ws', 'Connection: Upgrade', 'Upgrade: websocket');
  const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

  test('after a granted one bytes pass both ways and count on', async () => {
    const { carrier, user, server, over } = await carrying(`${upgrade}early`);
    expect(await readUntil(server, '\r\n\r\n')).toBe(upgrade);
    server.write(`${switching}first\n`);
    expect(await readUntil(user, 'first\n')).toBe(`${switching}first\n`);
    expect(await readUntil(server, 'early')).toBe('early');
    user.write('more');
    expect(await readUntil(server, 'more')).toBe('more');
    expect(carrier.bytes()).toEqual({ fromClient: 4, toClient: switching.length + 6 });
    user.end();
    await readToEnd(server);
    expect(carrier.isHalfClosed).toBe(true);
    server.end();
    expect((await over).end).toBe('done');
  });

  test('a server that changes the protocol inside the body of the request is refused', async () => {
    const { user, server, over } = await carrying(
      post('/ws', 'Connection: Upgrade', 'Upgrade: websocket', 'Content-Length: 10'),
    );
    await readUntil(server, '\r\n\r\n');
    server.write(`${switching}what the client would read\n`);
    const text = await readToEnd(user);
    user.end();
    expect(refusalIn(text)).toBe('502 LG_UPSTREAM_REFUSED');
    expect(text).not.toContain('101');
    expect(await over).toMatchObject({ end: 'refused', refusal: { code: 'LG_UPSTREAM_REFUSED' } });
  });

  test.each([
    ['nobody asked for it', get('/a')],
    [
      'h2c was asked for, which the router leaves out',
      get('/a', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c'),
    ],
  ])('a server that changes the protocol although %s is refused', async (_, request) => {
    const { user, server } = await carrying(request);
    expect(await readUntil(server, '\r\n\r\n')).not.toMatch(/h2c/i);
    server.write(switching);
    expect(refusalIn(await readToEnd(user))).toBe('502 LG_UPSTREAM_REFUSED');
  });
});

describe('a server', () => {
  test.each<[string, string, string]>([
    ['that answers something else', 'SSH-2.0-x\r\n\r\n', '502 LG_UPSTREAM_REFUSED'],
    [
      'that gives two lengths',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      '502 LG_UPSTREAM_REFUSED',
    ],
  ])('%s is refused', async (_, said, want) => {
    const { user, server } = await carrying(get('/a'));
    await readUntil(server, '\r\n\r\n');
    server.write(said);
    expect(refusalIn(await readToEnd(user))).toBe(want);
  });

  test('that closes instead of answering is refused', async () => {
    const { user, server } = await carrying(get('/a'));
    await readUntil(server, '\r\n\r\n');
    server.end();
    expect(refusalIn(await readToEnd(user))).toBe('502 LG_UPSTREAM_REFUSED');
  });

  test('that closes inside its answer resets the client', async () => {
    const { user, server, over } = await carrying(get('/a'));
    await readUntil(server, '\r\n\r\n');
    server.end(answer('12345').slice(0, -1));
    expect(await readToEnd(user)).toMatch(/1234\[ECONNRESET\]$/);
    expect((await over).end).toBe('upstream-broke');
  });

  test('that says something nobody asked for breaks the connection', async () => {
    const { user, server, over } = await carrying(get('/a'));
    await readUntil(server, '\r\n\r\n');
    server.write(`${answer('fine\n')}HTTP/1.1 200 OK\r\n`);
    expect(await readToEnd(user)).toContain('[ECONNRESET]');
    expect((await over).end).toBe('upstream-broke');
  });

  test('that answers before the body has come, and goes on talking, breaks the connection', async () => {
    const { user, server, over } = await carrying(post('/a', 'Content-Length: 10'));
    await readUntil(server, '\r\n\r\n');
    server.write(`${answer('no\n')}EXTRA`);
    expect(await readToEnd(user)).toContain('[ECONNRESET]');
    expect((await over).end).toBe('upstream-broke');
  });

  test('whose body lasts until it closes is read to its end', async () => {
    const { user, server, over } = await carrying(get('/a'));
    await readUntil(server, '\r\n\r\n');
    server.end('HTTP/1.1 200 OK\r\n\r\nall there is');
    expect(await readToEnd(user)).toBe('HTTP/1.1 200 OK\r\n\r\nall there is');
    user.end();
    expect((await over).end).toBe('done');
  });

  test('that sends interim answers first', async () => {
    const { user, server } = await carrying(post('/a', 'Expect: 100-continue', 'Content-Length: 2'));
    await readUntil(server, '\r\n\r\n');
    server.write('HTTP/1.1 100 Continue\r\n\r\n');
    expect(await readUntil(user, '\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    user.write('ok');
    expect(await readUntil(server, 'ok')).toBe('ok');
    server.write(answer('fine\n'));
    expect(await readUntil(user, 'fine\n')).toBe(answer('fine\n'));
  });
});

describe('the end', () => {
  test('a client that ends between two requests ends the connection', async () => {
    const { user, server, over } = await carrying(get('/a'));
    await readUntil(server, '\r\n\r\n');
    server.write(answer('fine\n'));
    await readUntil(user, 'fine\n');
    user.end();
    expect(await readToEnd(server)).toBe('');
    server.end();
    expect((await over).end).toBe('done');
  });

  test('a client that has said everything still gets its answer', async () => {
    const { user, server, over } = await carrying(get('/a'));
    user.end();
    await readUntil(server, '\r\n\r\n');
    server.write(answer('fine\n'));
    expect(await readToEnd(user)).toBe(answer('fine\n'));
    server.end();
    expect((await over).end).toBe('done');
  });

  test('a client that ends inside a body breaks the connection, and inside a head it is refused', async () => {
    const body = await carrying(post('/a', 'Content-Length: 10'));
    await readUntil(body.server, '\r\n\r\n');
    body.user.end('12345');
    expect(await readToEnd(body.server)).toContain('[ECONNRESET]');
    expect((await body.over).end).toBe('client-broke');

    const head = await carrying('GET /a HTTP/1.1\r\nHos');
    head.user.end();
    expect(refusalIn(await readToEnd(head.user))).toBe('400 LG_PROTOCOL');
  });

  test('a reset of the client reaches the server as a reset', async () => {
    const { user, server, over } = await carrying(post('/a', 'Content-Length: 10'));
    await readUntil(server, '\r\n\r\n');
    user.resetAndDestroy();
    expect(await readToEnd(server)).toContain('[ECONNRESET]');
    expect((await over).end).toBe('client-broke');
  });

  test('a drain ends it now between two requests, and else behind the present answer', async () => {
    const resting = await carrying(get('/a'));
    await readUntil(resting.server, '\r\n\r\n');
    resting.server.write(answer('fine\n'));
    await readUntil(resting.user, 'fine\n');
    resting.carrier.drain();
    expect(await readToEnd(resting.user)).toBe('');

    const busy = await carrying(get('/a'));
    await readUntil(busy.server, '\r\n\r\n');
    busy.carrier.drain();
    busy.server.write(answer('fine\n'));
    expect(await readToEnd(busy.user)).toBe(answer('fine\n'));
    busy.user.end();
    expect((await busy.over).end).toBe('done');
  });

  /** An answer that lasts until the server closes, of which the last bytes cannot be written to the client yet. */
  async function unread(limits: { refusalMs?: number } = {}) {
    const made = await carrying(get('/a'), limits);
    const { server, near } = made;
    await readUntil(server, '\r\n\r\n');
    let sent = 'HTTP/1.1 200 OK\r\n\r\n';
    server.write(sent);
    // Less at a time than makes the carrier wait for the client, until the system takes no more for a client that does not read.
    const piece = 'x'.repeat(8 * 1024);
    while (near.client.writableLength === 0) {
      const passed = new Promise<void>((resolve) => near.upstream.once('data', () => resolve()));
      server.write(piece);
      sent += piece;
      await passed;
    }
    server.write('the end');
    sent += 'the end';
    const ended = new Promise<void>((resolve) => near.upstream.once('end', () => resolve()));
    server.end();
    await ended;
    return { ...made, sent };
  }

  test('a client that reads nothing until the server has closed still gets all of the answer', async () => {
    const { user, near, over, sent } = await unread({ refusalMs: 1 });
    expect(near.client.writableLength).toBeGreaterThan(0);
    // Set behind the carrier's, so it fires behind it.
    await new Promise((resolve) => setTimeout(resolve, 1));
    const text = await readToEnd(user);
    expect([text.length, text.slice(-7)]).toEqual([sent.length, 'the end']);
    // All is with the system now: the client has its time to close, and then the connection is closed.
    expect((await over).end).toBe('done');
  });

  test('a cut of an answer that the client has not read is a reset, not an end', async () => {
    const { user, carrier, over } = await unread();
    carrier.cut();
    await over;
    expect(await readToEnd(user)).toMatch(/\[ECONNRESET\]$/);
  });

  test('a cut inside an answer is a reset', async () => {
    const { user, server, carrier, over } = await carrying(get('/a'));
    await readUntil(server, '\r\n\r\n');
    server.write('HTTP/1.1 200 OK\r\n\r\nhalf');
    await readUntil(user, 'half');
    carrier.cut();
    await over;
    expect(await readToEnd(user)).toBe('[ECONNRESET]');
  });

  test('a cut ends it at once', async () => {
    const { carrier, user, server, over } = await carrying(get('/a'));
    await readUntil(server, '\r\n\r\n');
    carrier.cut();
    await over;
    await readToEnd(user);
    expect(carrier.bytes().toClient).toBe(0);
  });
});
