import { renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tlsBackend } from '../../../test/conformance/backends.ts';
import { dialTo, headerOf, readAll, whoAnswers } from '../../../test/conformance/clients.ts';
import { endpointA, type Setup, setupOf } from '../../../test/conformance/setup.ts';
import { freePort } from '../../../test/interop/programs.ts';
import { temporaryFolder } from '../../../test/support/file-systems.ts';
import type { Diagnostic } from '../../diagnostics/index.ts';
import { readRouterFiles } from './router-files.ts';
import { type Serving, type ServingContext, serveRouter } from './serve-router.ts';

const header = headerOf(endpointA);
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

let folder: string;
let files: { routes: string; policy: string };
beforeEach(() => {
  folder = temporaryFolder();
  files = { routes: join(folder, 'routes.json'), policy: join(folder, 'policy.json') };
});

/** In one step, as a configuration manager does it. */
function replace(path: string, value: unknown): void {
  writeFileSync(`${path}.new`, typeof value === 'string' ? value : JSON.stringify(value));
  renameSync(`${path}.new`, path);
}

/** A route plan for these names, each to its own server. */
async function setupFor(...names: readonly string[]): Promise<Setup> {
  const backends = await Promise.all(names.map((name) => tlsBackend(name)));
  closing.push(() => Promise.all(backends.map((each) => each.close())));
  const routes = names.map((name, i) => ({ name, to: backends[i]?.port ?? 0 }));
  return setupOf([{ key: 'l', speaks: ['tls'], routes }]);
}

/** The lines of a log, and the wait for one of them. */
class Lines {
  readonly #lines: string[] = [];
  #told = 0;
  #tell = (): void => {};

  write(text: string): void {
    this.#lines.push(...text.split('\n').filter((line) => line !== ''));
    this.#tell();
  }

  /** The next line with this text in it, after the last one that was asked for. */
  async next(text: string): Promise<string> {
    for (;;) {
      const at = this.#lines.findIndex((line, i) => i >= this.#told && line.includes(text));
      const line = this.#lines[at];
      if (line !== undefined) {
        this.#told = at + 1;
        return line;
      }
      await new Promise<void>((resolve) => {
        this.#tell = resolve;
      });
    }
  }
}

interface Served {
  readonly place: { readonly host: string; readonly port: number };
  readonly lines: Lines;
  /** How many listeners it reached: with none, the signal would end the process. */
  hangUp(): number;
  /** Asks for the end. */
  readonly stop: AbortController;
  readonly ended: Promise<Diagnostic | undefined>;
}

/** Serves the files, on ports of loopback. */
async function serve({ places }: Setup, options: Partial<Serving> = {}): Promise<Served> {
  const place = { host: '127.0.0.1', port: await freePort() };
  const config = await readRouterFiles(files);
  if (!('plan' in config)) throw new Error(JSON.stringify(config));
  const stop = new AbortController();
  const lines = new Lines();
  const hangups = new Set<() => void>();
  const hangUp = (): number => {
    for (const listener of hangups) listener();
    return hangups.size;
  };
  const context: ServingContext = {
    interrupted: stop.signal,
    onHangup(listener) {
      hangups.add(listener);
      return () => hangups.delete(listener);
    },
    logTo: lines,
    network: {
      bind: () => place,
      dial: (address) => places.get(address) ?? { host: '127.0.0.1', port: 1 },
    },
    entry: { module: '', args: [] },
  };
  const serving: Serving = {
    files,
    config,
    workers: 1,
    log: 'text',
    drainMs: 0,
    admin: undefined,
    plaintextCancel: 'pass',
    ...options,
  };
  const ended = serveRouter(serving, context);
  closing.push(() => {
    stop.abort();
    return ended;
  });
  return { place, lines, stop, ended, hangUp };
}

test('it carries by its files, reads each again when it changes, and keeps the old one where the new one is bad', async () => {
  const setup = await setupFor('orders.test', 'billing.test');
  const [orders, both] = [{ ...setup.plan, listeners: onlyFirstRoute(setup) }, setup.plan];
  replace(files.routes, orders);
  replace(files.policy, { version: 1, endpoints: {} });
  const { place, lines } = await serve(setup);
  await lines.next('router of plan conformance carries connections: 1 listeners, 1 worker');
  expect(await whoAnswers(place, { name: 'orders.test', header })).toBe('alert: access_denied');

  replace(files.policy, setup.policy);
  await lines.next(`reloaded ${files.policy}: 2 endpoints`);
  expect(await whoAnswers(place, { name: 'orders.test', header })).toBe('orders.test');
  expect(await whoAnswers(place, { name: 'billing.test', header })).toBe('alert: unrecognized_name');

  replace(files.routes, both);
  await lines.next(`reloaded ${files.routes}`);
  expect(await whoAnswers(place, { name: 'billing.test', header })).toBe('billing.test');

  replace(files.routes, '{');
  await lines.next(`rejected ${files.routes}; the current plan stays in use`);
  await lines.next('error LG_ROUTES_FILE');
  replace(files.policy, '{');
  await lines.next(`rejected ${files.policy}; the current policy stays in use`);
  await lines.next('error LG_POLICY_FILE');
  expect(await whoAnswers(place, { name: 'billing.test', header })).toBe('billing.test');
});

const onlyFirstRoute = ({ plan }: Setup): Setup['plan']['listeners'] =>
  plan.listeners.map((listener) => ({ ...listener, routes: listener.routes.slice(0, 1) }));

test('a hangup ends the router at no time: not while it starts, and not while it drains', async () => {
  const setup = await setupFor('orders.test');
  replace(files.routes, setup.plan);
  replace(files.policy, setup.policy);
  const { place, lines, stop, ended, hangUp } = await serve(setup, { drainMs: 60_000 });
  expect(hangUp()).toBeGreaterThan(0);
  await lines.next('carries connections');
  const socket = await dialTo(place, header);
  stop.abort();
  await lines.next('waits for the open ones');
  expect(hangUp()).toBeGreaterThan(0);
  socket.destroy();
  expect(await ended).toBeUndefined();
  expect(hangUp()).toBe(0);
});

test('a hangup reads both files again, whether they have changed or not', async () => {
  const setup = await setupFor('orders.test');
  replace(files.routes, setup.plan);
  replace(files.policy, setup.policy);
  const { lines, hangUp } = await serve(setup);
  await lines.next('carries connections');
  hangUp();
  const reloaded = [await lines.next('reloaded'), await lines.next('reloaded')].join('\n'); // in either order
  expect(reloaded).toContain(`reloaded ${files.policy}: `);
  expect(reloaded).toContain(`reloaded ${files.routes}`);
});

test('asked to end, it takes no new connection, lets the open ones finish or cuts them, and ends in order', async () => {
  const setup = await setupFor('orders.test');
  replace(files.routes, setup.plan);
  replace(files.policy, setup.policy);
  const { place, lines, stop, ended } = await serve(setup);
  await lines.next('carries connections');
  const socket = await dialTo(place, header);
  const closed = readAll(socket);
  stop.abort();
  await lines.next('router accepts no new connections and waits for the open ones');
  await lines.next('router has stopped');
  expect(await ended).toBeUndefined();
  await closed;
  await expect(dialTo(place)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('the admin port answers as long as the router runs', async () => {
  const setup = await setupFor('orders.test');
  replace(files.routes, setup.plan);
  replace(files.policy, setup.policy);
  const { lines, stop, ended } = await serve(setup, { admin: { host: '127.0.0.1', port: 0 } });
  const port = Number(/admin at 127\.0\.0\.1:(\d+)/.exec(await lines.next('carries connections'))?.[1]);
  const ask = () => dialTo({ host: '127.0.0.1', port }, 'GET /live HTTP/1.1\r\nHost: r\r\nConnection: close\r\n\r\n');
  expect((await readAll(await ask())).toString()).toMatch(/^HTTP\/1\.1 200/);
  stop.abort();
  await ended;
  await expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('a port that is taken, for connections or for questions, is a problem, and nothing stays open', async () => {
  const setup = await setupFor('orders.test');
  replace(files.routes, setup.plan);
  replace(files.policy, setup.policy);
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => taken.close(resolve)));
  const { port } = taken.address() as { port: number };
  const { place, ended } = await serve(setup, { admin: { host: '127.0.0.1', port } });
  expect(await ended).toMatchObject({ code: 'LG_ROUTER_BIND', message: expect.stringContaining('EADDRINUSE') });
  await expect(dialTo(place)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test.each<[string, unknown, unknown, readonly string[]]>([
  ['routes', '{', { version: 1, endpoints: {} }, ['LG_ROUTES_FILE']],
  ['policy', undefined, '{', ['LG_POLICY_FILE']],
  ['both', '{', '{', ['LG_ROUTES_FILE', 'LG_POLICY_FILE']],
])('bad %s: every problem of both files', async (_, routes, policy, codes) => {
  replace(files.routes, routes ?? (await setupFor('orders.test')).plan);
  replace(files.policy, policy);
  const read = await readRouterFiles(files);
  expect('plan' in read ? read : read.map(({ code }) => code)).toEqual(codes);
});

test('without a policy no endpoint is known', async () => {
  replace(files.routes, (await setupFor('orders.test')).plan);
  expect(await readRouterFiles({ routes: files.routes })).toMatchObject({ policy: { version: 1, endpoints: {} } });
});
