import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect as connectTls, type PeerCertificate } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { dialTo, headerOf, whoAnswers } from '../../../test/conformance/clients.ts';
import { endpointA, setupOf } from '../../../test/conformance/setup.ts';
import { freePort } from '../../../test/interop/programs.ts';
import { temporaryFolder } from '../../../test/support/file-systems.ts';
import { type InspectionCa, inspectionCa } from '../../../test/support/inspected.ts';
import { WorkerPool } from '../../router/index.ts';
import { readRouterFiles } from './router-files.ts';
import { serveRouter } from './serve-router.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function put(path: string, value: unknown, mode = 0o600): void {
  writeFileSync(`${path}.new`, typeof value === 'string' ? value : JSON.stringify(value));
  chmodSync(`${path}.new`, mode);
  renameSync(`${path}.new`, path);
}

const documentOf = ({ material }: InspectionCa) => ({
  version: 1,
  keyPem: material?.keyPem,
  chain: material?.chain,
  ticketSecret: Buffer.from(material?.ticketSecret ?? []).toString('base64'),
  notAfter: new Date(Date.now() + 14 * 86_400_000).toISOString(),
});

/** A router with one inspected name, whose issuer comes from a file. */
async function serve() {
  const folder = temporaryFolder();
  const routes = join(folder, 'routes.json');
  const policy = join(folder, 'policy.json');
  const file = join(folder, 'issuer.json');
  const listener = {
    key: 'l',
    speaks: ['tls'] as const,
    routes: [{ name: 'api.test', to: 1, action: { tls: 'inspect' } }],
  };
  const setup = setupOf([listener as never]);
  put(routes, setup.plan);
  put(policy, setup.policy);
  const place = { host: '127.0.0.1', port: await freePort() };
  const config = await readRouterFiles({ routes, policy });
  if (!('plan' in config)) throw new Error(JSON.stringify(config));
  const stop = new AbortController();
  const lines: string[] = [];
  let told = (): void => {};
  const hangups = new Set<() => void>();
  const started = new Promise<void>((resolve) => {
    told = resolve;
  });
  const ended = serveRouter(
    {
      ...{ files: { routes, policy }, config, workers: 1, log: 'text', drainMs: 0, admin: undefined },
      ...{ plaintextCancel: 'pass', issuers: { file } },
    },
    {
      interrupted: stop.signal,
      onHangup(listener) {
        hangups.add(listener);
        return () => hangups.delete(listener);
      },
      logTo: {
        write(line: string) {
          lines.push(line);
          if (line.includes('carries connections')) told();
        },
      },
      network: { bind: () => place },
      entry: { module: '', args: [] },
    },
  );
  closing.push(() => {
    stop.abort();
    return ended;
  });
  await started;
  /** Resolves when the log says this. */
  const said = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (lines.some((line) => line.includes(text))) resolve();
        else setImmediate(look);
      };
      look();
    });
  const hangUp = (): void => {
    for (const listener of hangups) listener();
  };
  return { place, file, said, hangUp, lines };
}

/** The issuer of the certificate that a client gets, believing this CA; or why it has none. */
async function shownTo(place: { host: string; port: number }, ca: InspectionCa): Promise<string> {
  const socket = await dialTo(place, headerOf(endpointA));
  const tls = connectTls({ socket, servername: 'api.test', ca: ca.rootPem });
  return new Promise((resolve) => {
    tls.once('secureConnect', () => {
      const { issuer }: PeerCertificate = tls.getPeerCertificate();
      tls.destroy();
      resolve(String(issuer.CN));
    });
    tls.once('error', (error: Error & { code?: string }) => resolve(error.code ?? error.message));
  });
}

test('every worker takes an issuer that comes later, and one that takes the place of another starts with it', async () => {
  const [one, other] = [await inspectionCa(), await inspectionCa()];
  const listener = {
    key: 'l',
    speaks: ['tls'] as const,
    routes: [{ name: 'api.test', to: 1, action: { tls: 'inspect' } }],
  };
  const { plan, policy } = setupOf([listener as never]);
  const place = { host: '127.0.0.1', port: await freePort() };
  const pool = await WorkerPool.start({
    ...{ plan, policy, workers: 2, limits: {}, log: 'json', note: () => {}, bind: { l: place } },
    entry: { module: new URL('../../../test/conformance/worker-entry.ts', import.meta.url).pathname, args: [] },
  });
  closing.push(() => pool.close());
  const shown = async (ca: InspectionCa) =>
    new Set(await Promise.all(Array.from({ length: 8 }, () => shownTo(place, ca))));
  expect([...(await shown(one))]).not.toContain('inspection router');
  await pool.setIssuer(documentOf(one) as never);
  expect([...(await shown(one))]).toEqual(['inspection router']);
  await pool.setIssuer(documentOf(other) as never);
  expect([...(await shown(other))]).toEqual(['inspection router']);
  const [first = 0] = pool.pids;
  process.kill(first, 'SIGKILL');
  await pool.whenReady(1);
  while (pool.pids.includes(first)) await new Promise((resolve) => setImmediate(resolve));
  await pool.whenReady(2);
  expect([...(await shown(other))]).toEqual(['inspection router']);
});

test('inspected names are refused until there is an issuer; a renewed one is taken, a bad one is not', async () => {
  const [one, other] = [await inspectionCa(), await inspectionCa()];
  const { place, file, said, hangUp, lines } = await serve();
  expect(await whoAnswers(place, { name: 'api.test', header: headerOf(endpointA) })).toBe('alert: internal_error');

  put(file, documentOf(one));
  hangUp();
  await said('is used until');
  expect(await shownTo(place, one)).toBe('inspection router');
  expect(await shownTo(place, other)).not.toBe('inspection router');

  put(file, documentOf(other), 0o644);
  hangUp();
  await said('LG_ISSUER_OPEN');
  expect(await shownTo(place, one)).toBe('inspection router');

  lines.length = 0;
  put(file, documentOf(other));
  hangUp();
  await said('is used until');
  expect(await shownTo(place, other)).toBe('inspection router');
  expect(lines.join('\n')).not.toMatch(/PRIVATE KEY|keyPem/);
});
