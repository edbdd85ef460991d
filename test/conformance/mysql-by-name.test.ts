import type { Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { parseGreeting, parsePacket } from '../../src/router/protocols/mysql/index.ts';
import { dialTo, type Place, readAll, readUntil, shakeHands } from './clients.ts';
import { type NodeUnderTest, startNode } from './engines.ts';
import { type MysqlBackend, mysqlBackend, realGreeting } from './mysql-backend.ts';
import { type RouteWish, setupOf } from './setup.ts';

const older = Buffer.from(realGreeting.toString('latin1').replace('10.11.19', '10.06.12'), 'latin1');
const noTls = Buffer.from(realGreeting.toString('latin1').replace('\0\xfe\xff\x08', '\0\xfe\xf7\x08'), 'latin1');
const tooMany = Buffer.from('\x17\0\0\0\xff\x10\x04Too many connections', 'latin1');

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A backend that is closed when the test ends. */
async function backend(name: string, greeting?: Buffer): Promise<MysqlBackend> {
  const made = await mysqlBackend(name, greeting);
  closers.push(() => made.close());
  return made;
}

async function route(routes: readonly RouteWish[], limits = {}): Promise<{ place: Place; router: NodeUnderTest }> {
  const setup = setupOf([
    { key: 'm', clientPort: 3306, speaks: ['mysql'], identity: { by: 'listener', nccs: ['n-1'] }, routes },
  ]);
  const router = await startNode(setup, { limits });
  closers.push(() => router.close());
  return { place: router.addressOf('m'), router };
}

const sslRequest = Buffer.concat([
  Buffer.from([32, 0, 0, 1, 0x85, 0xae, 0xff, 0x19, 0, 0, 0, 1, 45]),
  Buffer.alloc(23),
]);
const login = Buffer.concat([
  Buffer.from([58, 0, 0, 1, 0x85, 0xa6, 0xff, 0x19, 0, 0, 0, 1, 45]),
  Buffer.alloc(23),
  Buffer.from('ada\0\0mysql_native_passwd\0', 'latin1'),
  Buffer.alloc(1),
]);

/** The first packet that the router sends. */
async function firstPacket(socket: Socket): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, chunk]);
    if (parsePacket(bytes).is === 'packet') break;
  }
  return bytes;
}

async function ask(place: Place, name: string | undefined): Promise<string> {
  const socket = await dialTo(place);
  await firstPacket(socket);
  socket.write(sslRequest);
  const tls = await shakeHands(socket, name === undefined ? {} : { name });
  if (typeof tls === 'string') return tls;
  const said = await readUntil(tls, '\n');
  tls.destroy();
  return said.trim();
}

test('each name reaches its server, and other clients are refused', async () => {
  const [one, two] = await Promise.all([backend('one.test'), backend('two.test', older)]);
  const { place } = await route([
    { name: 'one.test', to: one.port },
    { name: 'two.test', to: two.port },
    { name: 'three.test', to: two.port, allow: ['n-2'] },
  ]);
  expect(await ask(place, 'one.test')).toBe('I am one.test');
  expect(await ask(place, 'TWO.test')).toBe('I am two.test');
  expect(await ask(place, 'three.test')).toBe('alert: access_denied');
  expect(await ask(place, 'four.test')).toBe('alert: unrecognized_name');
  expect(await ask(place, undefined)).toBe('alert: unrecognized_name');
});

test('the greeting shows the lowest version of the port, and no server’s nonce', async () => {
  const [one, two] = await Promise.all([backend('one.test'), backend('two.test', older)]);
  const { place } = await route([
    { name: 'one.test', to: one.port },
    { name: 'two.test', to: two.port },
  ]);
  const socket = await dialTo(place);
  const bytes = await firstPacket(socket);
  socket.destroy();
  expect(parseGreeting(bytes)).toMatchObject({
    is: 'greeting',
    greeting: { version: '5.5.5-10.06.12-MariaDB-0+deb12u1' },
  });
  expect(bytes.includes('nVC-S')).toBe(false);
  expect(bytes.toString('latin1')).toContain('caching_sha2_password');
});

test('a server is asked for its greeting once, however many clients come', async () => {
  const one = await backend('one.test');
  const { place } = await route([{ name: 'one.test', to: one.port }]);
  const said = await Promise.all(Array.from({ length: 5 }, () => ask(place, 'one.test')));
  expect(new Set(said)).toEqual(new Set(['I am one.test']));
  expect(one.greeted()).toBe(5 + 1);
});

test('a login without TLS goes to the default target, changed so that it asks again; else it is told why', async () => {
  const one = await backend('one.test');
  const byName = await route([{ name: 'one.test', to: one.port }]);
  const withDefault = await route([{ name: 'one.test', to: one.port, action: { isDefault: true } }]);
  const refused = await dialTo(byName.place, login);
  expect((await readAll(refused)).toString('latin1')).toContain(
    '\x02\xffQ\x04#HY000LG_NO_NAME: the client logs in without TLS',
  );
  const taken = await dialTo(withDefault.place, login);
  expect((await readAll(taken)).toString('latin1')).toMatch(/one\.test asks again\n$/);
  expect(await ask(withDefault.place, undefined)).toBe('I am one.test');
});

test('a server that is down does not affect others; if it is the only one, the refusal replaces the greeting', async () => {
  const one = await backend('one.test');
  const both = await route([
    { name: 'one.test', to: one.port },
    { name: 'down.test', to: 1 },
  ]);
  expect(await ask(both.place, 'one.test')).toBe('I am one.test');
  expect(await ask(both.place, 'down.test')).toBe('alert: internal_error');
  const alone = await route([{ name: 'down.test', to: 1 }]);
  expect(parseGreeting(await readAll(await dialTo(alone.place)))).toMatchObject({
    is: 'error',
    message: expect.stringMatching(/^“LG_UPSTREAM_REFUSED: /),
  });
});

test('a server that refuses to greet is quoted in the log', async () => {
  const full = await backend('full.test', tooMany);
  const { place, router } = await route([{ name: 'full.test', to: full.port }]);
  await readAll(await dialTo(place));
  expect(await router.nextEvent()).toMatchObject({
    end: 'refused',
    code: 'LG_UPSTREAM_REFUSED',
    why: 'the server answered error 1040: “Too many connections”',
  });
});

test('a server that sends more than its greeting is not believed', async () => {
  const chatty = await backend('chatty.test', Buffer.concat([realGreeting, Buffer.from('x')]));
  const { place } = await route([{ name: 'chatty.test', to: chatty.port }]);
  expect(parseGreeting(await readAll(await dialTo(place)))).toMatchObject({
    message: '“LG_PROTOCOL: the server sent data behind its greeting”',
  });
});

test('a server without TLS cannot share, and does not hide the others', async () => {
  const [one, two] = await Promise.all([backend('one.test'), backend('two.test', noTls)]);
  const { place, router } = await route([
    { name: 'one.test', to: one.port },
    { name: 'two.test', to: two.port },
  ]);
  expect(await ask(place, 'one.test')).toBe('I am one.test');
  expect(await ask(place, 'two.test')).toBe('alert: internal_error');
  expect(router.notes.join('\n')).toMatch(/two\.test:\d+ cannot share its port by name: it does not speak TLS/);
});

test('garbage after the greeting is told apart from a login, and a silent client is ended in time', async () => {
  const one = await backend('one.test');
  const { place, router } = await route([{ name: 'one.test', to: one.port }], { openingMs: 200 });
  const http = await dialTo(place, 'GET / HTTP/1.1\r\n\r\n');
  expect((await readAll(http)).toString('latin1')).toContain('LG_PROTOCOL');
  expect(await router.nextEvent()).toMatchObject({ code: 'LG_PROTOCOL' });
  const silent = await dialTo(place);
  expect((await readAll(silent)).toString('latin1')).toContain('LG_TOO_SLOW');
});
