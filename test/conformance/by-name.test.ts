import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gssEncRequest } from '../../src/router/protocols/postgres/index.ts';
import { type Backend, postgresBackend, tcpBackend, tlsBackend } from './backends.ts';
import { dialTo, headerOf, readUntil, whoAnswers, whoAnswersPostgres } from './clients.ts';
import { engines, type RunningEngine } from './engines.ts';
import { endpointA, endpointB, setupOf } from './setup.ts';

describe.each(engines)('$name engine', ({ start }) => {
  const backends: Backend[] = [];
  let engine: RunningEngine;
  const [a, b, stranger] = [endpointA, endpointB, 'vpce-0cccccccccccccccc'].map(headerOf);

  beforeAll(async () => {
    const made = await Promise.all([
      tlsBackend('orders.test'),
      tlsBackend('billing.test'),
      postgresBackend('db-one.test'),
      postgresBackend('db-two.test'),
      postgresBackend('no-tls.test', { tls: false }),
      tcpBackend('ledger'),
    ]);
    backends.push(...made);
    const [orders, billing, one, two, noTls, ledger] = made.map(({ port }) => port);
    engine = await start(
      setupOf([
        {
          key: 's-1/443',
          speaks: ['tls'],
          routes: [
            { name: 'orders.test', to: orders ?? 0 },
            { name: 'billing.test', to: billing ?? 0, allow: ['n-1', 'n-2'] },
            { name: 'gone.test', to: 1 },
          ],
        },
        {
          key: 's-1/5432',
          clientPort: 5432,
          speaks: ['postgres'],
          routes: [
            { name: 'db-one.test', to: one ?? 0 },
            { name: 'db-two.test', to: two ?? 0, allow: ['n-2'] },
            { name: 'no-tls.test', to: noTls ?? 0 },
          ],
        },
        {
          key: 's-1/both',
          clientPort: 6000,
          speaks: ['tls', 'postgres'],
          routes: [
            { name: 'orders.test', to: orders ?? 0 },
            { name: 'db-one.test', speech: 'postgres', to: one ?? 0 },
          ],
        },
        {
          key: 's-2/1521',
          clientPort: 1521,
          speaks: ['tcp'],
          identity: { by: 'listener', nccs: ['n-1'] },
          routes: [{ to: ledger ?? 0 }],
        },
        {
          key: 's-3/1521',
          clientPort: 1521,
          speaks: ['tcp'],
          identity: { by: 'listener', nccs: ['n-1', 'n-2'] },
          routes: [{ to: ledger ?? 0, allow: ['n-1'] }],
        },
      ]),
    );
  });
  afterAll(async () => {
    await engine.close();
    await Promise.all(backends.map((backend) => backend.close()));
  });

  test.each([
    ['a name', 'orders.test', a, 'orders.test'],
    ['another name on the same port', 'billing.test', a, 'billing.test'],
    ['the same name in capitals', 'Orders.TEST', a, 'orders.test'],
    ['a name granted to two', 'billing.test', b, 'billing.test'],
    ['a name granted to another NCC', 'orders.test', b, 'alert: access_denied'],
    ['an unknown name', 'payroll.test', a, 'alert: unrecognized_name'],
    ['no name', undefined, a, 'alert: unrecognized_name'],
    ['an endpoint that the policy does not know', 'orders.test', stranger, 'alert: access_denied'],
    ['no PROXY header', 'orders.test', undefined, 'alert: access_denied'],
    ['an upstream that refuses', 'gone.test', a, 'alert: internal_error'],
  ])('TLS, %s', async (_, name, header, want) => {
    expect(await whoAnswers(engine.addressOf('s-1/443'), { ...(name && { name }), ...(header && { header }) })).toBe(
      want,
    );
  });

  test.each([
    ['a name', 'db-one.test', a, 'db-one.test'],
    ['a name granted to another NCC', 'db-two.test', a, 'alert: access_denied'],
    ['the same name from that NCC', 'db-two.test', b, 'db-two.test'],
    ['an unknown name', 'db-three.test', a, 'alert: unrecognized_name'],
    ['no name', undefined, a, 'alert: unrecognized_name'],
    ['a server that has no TLS', 'no-tls.test', a, 'alert: internal_error'],
    ['no PROXY header', 'db-one.test', undefined, 'alert: access_denied'],
  ])('Postgres, %s', async (_, name, header, want) => {
    const wish = { ...(name && { name }), ...(header && { header }) };
    expect(await whoAnswersPostgres(engine.addressOf('s-1/5432'), wish)).toBe(want);
  });

  test('Postgres, GSS encryption first', async () => {
    const wish = { name: 'db-one.test', first: gssEncRequest, ...(a && { header: a }) };
    expect(await whoAnswersPostgres(engine.addressOf('s-1/5432'), wish)).toBe('db-one.test');
  });

  test('Postgres, TLS without a request before it', async () => {
    const wish = { name: 'db-one.test', alpn: ['postgresql'], ...(a && { header: a }) };
    expect(await whoAnswers(engine.addressOf('s-1/5432'), wish)).toBe('db-one.test');
  });

  test('Postgres, a login without TLS', async () => {
    const parameters = Buffer.from('user\0me\0\0', 'latin1');
    const startup = Buffer.concat([Buffer.from([0, 0, 0, 8 + parameters.length, 0, 3, 0, 0]), parameters]);
    const wish = { first: startup, ...(a && { header: a }) };
    expect(await whoAnswersPostgres(engine.addressOf('s-1/5432'), wish)).toMatch(
      /^error: 08004 LG_NO_NAME: the client logs in without TLS/,
    );
  });

  test.each([
    ['TLS', 'orders.test', [], 'orders.test'],
    ['direct TLS of Postgres', 'db-one.test', ['postgresql'], 'db-one.test'],
  ])('a port for TLS and Postgres takes %s', async (_, name, alpn, want) => {
    const place = engine.addressOf('s-1/both');
    expect(await whoAnswers(place, { name, alpn, ...(a && { header: a }) })).toBe(want);
  });

  test('a port for TLS and Postgres takes SSLRequest', async () => {
    const wish = { name: 'db-one.test', ...(a && { header: a }) };
    expect(await whoAnswersPostgres(engine.addressOf('s-1/both'), wish)).toBe('db-one.test');
    expect(await whoAnswersPostgres(engine.addressOf('s-1/both'), { ...wish, name: 'orders.test' })).toBe(
      'alert: unrecognized_name',
    );
  });

  test('an exclusive port: the server may speak first, and no header is expected', async () => {
    const socket = await dialTo(engine.addressOf('s-2/1521'));
    expect(await readUntil(socket, '\n')).toBe('I am ledger\n');
    socket.destroy();
  });

  test('a port that more can dial than are granted carries nothing', async () => {
    const socket = await dialTo(engine.addressOf('s-3/1521'));
    expect(await readUntil(socket, '\n')).toBe('');
    socket.destroy();
  });
});
