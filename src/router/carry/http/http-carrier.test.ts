import { afterEach, describe, expect, test } from 'vitest';
import { readToEnd, readUntil, SocketPairs } from '../../../../test/support/sockets.ts';
import type { Refusal } from '../../../diagnostics/index.ts';
import type { Route } from '../../../ir/index.ts';
import type { RequestClaim } from '../../../routing/index.ts';
import type { LiveUpstream } from '../../upstreams/upstream.ts';
import type { CarryEnd } from '../carrier.ts';
import type { Judge, Judgement } from '../judge.ts';
import { HttpCarrier } from './http-carrier.ts';

const pairs = new SocketPairs();
afterEach(() => pairs.close());

const get = (path: string, ...fields: string[]): string =>
  `GET ${path} HTTP/1.1\r\n${['Host: wiki.test', ...fields].join('\r\n')}\r\n\r\n`;
const post = (path: string, ...fields: string[]): string => get(path, ...fields).replace('GET', 'POST');
const answer = (body: string, ...fields: string[]): string =>
  `HTTP/1.1 200 OK\r\n${[`Content-Length: ${body.length}`, ...fields].join('\r\n')}\r\n\r\n${body}`;

/** Where the requests of these tests lead. Nothing of it is asked but whether it is the same. */
const here = { plan: { key: 'here' } } as unknown as LiveUpstream;
const elsewhere = { plan: { key: 'elsewhere' } } as unknown as LiveUpstream;

/** Refuses paths below `/no`, leads those below `/moved` elsewhere, and takes dot segments out, as any policy might. */
class TestJudge implements Judge {
  now: LiveUpstream | undefined = here;

  request({ path }: RequestClaim): Judgement {
    if (path.startsWith('/no') || this.now === undefined)
      return { is: 'refuse', refusal: { code: 'LG_PATH_DENIED', why: `${path} is not for you` }, nccs: [] };
    const upstream = path.startsWith('/moved') ? elsewhere : this.now;
    return { is: 'route', route: undefined as unknown as Route, upstream, path: path.replace('/./', '/'), nccs: [] };
  }

  upstream(): LiveUpstream | undefined {
    return this.now;
  }

  upstreams(): readonly LiveUpstream[] {
    return this.now ? [this.now] : [];
  }
}

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
  const judge = new TestJudge();
  const carrier = new HttpCarrier(
    { client: left.near, upstream: right.near, first: Buffer.from(first, 'latin1') },
    { judge, upstream: here, headMs: limits.headMs ?? 60_000, refusalMs: limits.refusalMs ?? 60_000 },
    (end, refusal) => tell({ end, refusal }),
  );
  return { carrier, judge, user: left.far, server: right.far, near: { client: left.near, upstream: right.near }, over };
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
    late.server.write(answer('early\n').slice(0, -1));
    await readUntil(late.user, 'early');
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
  // The key and the answer of RFC 6455 section 1.3.
  const websocket = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  const upgrade = get('/ws', ...websocket, key);
  const granted = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo='];
  const changed = (...fields: string[]): string => `HTTP/1.1 101 Switching Protocols\r\n${fields.join('\r\n')}\r\n\r\n`;
  const switching = changed(...granted);

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

  test.each([
    ['nobody asked for it', get('/a')],
    ['h2c was asked for', get('/a', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAM')],
    ['another protocol was asked for', get('/a', 'Connection: Upgrade', 'Upgrade: TLS/1.0')],
    ['several were asked for', get('/a', 'Connection: Upgrade', 'Upgrade: websocket, h2c', ...websocket.slice(2), key)],
    ['the request has no key', get('/a', ...websocket)],
    ['the request has two keys', get('/a', ...websocket, key, key)],
    ['the key is none', get('/a', ...websocket, 'Sec-WebSocket-Key: short')],
    ['the version is another', get('/a', ...websocket.slice(0, 2), 'Sec-WebSocket-Version: 8', key)],
    ['the request has a body', get('/a', ...websocket, key, 'Content-Length: 2')],
    ['the method is not GET', post('/a', ...websocket, key)],
    ['the version of HTTP is 1.0', upgrade.replace('HTTP/1.1', 'HTTP/1.0')],
  ])('a server that changes the protocol although %s is refused, and was not asked', async (_, request) => {
    const { user, server } = await carrying(request);
    expect(await readUntil(server, '\r\n\r\n')).not.toMatch(/\r\nupgrade:|http2-settings:/i);
    server.write(`${switching}what the client would read\n`);
    const text = await readToEnd(user);
    expect(refusalIn(text)).toBe('502 LG_UPSTREAM_REFUSED');
    expect(text).not.toContain('101');
  });

  test.each([
    ['to another protocol', changed('Connection: Upgrade', 'Upgrade: echo', ...granted.slice(2))],
    ['to two protocols', changed('Connection: Upgrade', 'Upgrade: websocket, echo', ...granted.slice(2))],
    ['without saying so', changed(...granted.slice(1))],
    [
      'with the answer to another key',
      changed(...granted.slice(0, 2), 'Sec-WebSocket-Accept: AAAAMBiTxaQ9kYGzzhZRbK+xOo='),
    ],
    ['with no answer to the key', changed(...granted.slice(0, 2))],
    ['with two answers to the key', changed(...granted, ...granted.slice(2))],
  ])('a server that changes %s is refused', async (_, said) => {
    const { user, server } = await carrying(upgrade);
    await readUntil(server, '\r\n\r\n');
    server.write(said);
    expect(refusalIn(await readToEnd(user))).toBe('502 LG_UPSTREAM_REFUSED');
  });
});

describe('what a server may not have read', () => {
  test.each([
    ['the body of a GET', `${get('/a', 'Connection: keep-alive', 'Content-Length: 5')}hello`],
    ['the body of a DELETE', `${get('/a', 'Transfer-Encoding: chunked').replace('GET', 'DELETE')}0\r\n\r\n`],
    ['a body that is expected to be refused', `${post('/a', 'Expect: 100-continue', 'Content-Length: 5')}hello`],
  ])('%s is the last that the server gets', async (_, request) => {
    const { user, server } = await carrying(request + get('/b'));
    const head = await readUntil(server, request.slice(request.indexOf('\r\n\r\n') + 4));
    expect(head.match(/\r\n(keep-alive|connection):[^\r]*/gi)).toEqual(['\r\nConnection: close']);
    server.write(answer('fine\n'));
    expect(await readToEnd(user)).toBe(answer('fine\n'));
    expect(await readToEnd(server)).not.toContain('/b');
  });

  test('behind the body of a POST that was answered whole, the next request goes', async () => {
    const { user, server } = await carrying(`${post('/a', 'Content-Length: 5')}hello`);
    expect(await readUntil(server, 'hello')).toBe(`${post('/a', 'Content-Length: 5')}hello`);
    server.write(answer('fine\n'));
    await readUntil(user, 'fine\n');
    user.write(get('/b'));
    expect(await readUntil(server, '\r\n\r\n')).toBe(get('/b'));
  });

  test('behind an answer that began before the body was whole, nothing goes', async () => {
    const { user, server } = await carrying(post('/a', 'Content-Length: 5'));
    await readUntil(server, '\r\n\r\n');
    server.write(answer('fine\n').slice(0, -1));
    await readUntil(user, 'fine');
    user.write(`hello${get('/b')}`);
    expect(await readUntil(server, 'hello')).toBe('hello');
    server.write('\n');
    expect(await readToEnd(user)).toBe('\n');
    expect(await readToEnd(server)).toBe('');
  });

  test('what is left of a body behind a whole answer does not leave the router', async () => {
    const { user, server, over } = await carrying(post('/a', 'Content-Length: 50'));
    await readUntil(server, '\r\n\r\n');
    server.write(answer('no\n'));
    expect(await readToEnd(user)).toBe(answer('no\n'));
    user.end(get('/no'));
    expect(await readToEnd(server)).toBe('');
    server.end();
    expect((await over).end).toBe('done');
  });
});

describe('the rights of the moment', () => {
  test('the path that was judged is the path that is forwarded', async () => {
    const { server } = await carrying(get('/a/./b?c=/./d'));
    expect(await readUntil(server, '\r\n\r\n')).toBe(get('/a/b?c=/./d'));
  });

  test('a target in absolute form is forwarded as its path', async () => {
    const { server } = await carrying(get('http://wiki.test/a?b'));
    expect(await readUntil(server, '\r\n\r\n')).toBe(get('/a?b'));
  });

  test('a request that leads elsewhere by now is refused', async () => {
    const { user } = await carrying(get('/moved'));
    expect(refusalIn(await readToEnd(user))).toBe('503 LG_DRAINING');
  });

  test.each([
    ['is gone', undefined],
    ['leads elsewhere', elsewhere],
  ])('a resting connection whose route %s ends, and else goes on', async (_, now) => {
    const { user, server, carrier, judge } = await carrying(get('/a'));
    await readUntil(server, '\r\n\r\n');
    server.write(answer('fine\n'));
    await readUntil(user, 'fine\n');
    carrier.recheck();
    user.write(get('/b'));
    expect(await readUntil(server, '\r\n\r\n')).toBe(get('/b'));
    judge.now = now;
    carrier.recheck();
    server.write(answer('fine\n'));
    expect(await readToEnd(user)).toBe(answer('fine\n'));
  });

  test('a right that was taken back does not last until the next check', async () => {
    const { user, server, judge } = await carrying(get('/a'));
    await readUntil(server, '\r\n\r\n');
    server.write(answer('fine\n'));
    await readUntil(user, 'fine\n');
    judge.now = undefined;
    user.write(get('/b'));
    expect(refusalIn(await readToEnd(user))).toBe('403 LG_PATH_DENIED');
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
