import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { certificateOf, tlsBackend } from '../conformance/backends.ts';
import { type NodeUnderTest, startNode } from '../conformance/engines.ts';
import { setupOf } from '../conformance/setup.ts';
import { findTool, testWith } from '../tools.ts';
import { withFiles } from './client.ts';
import { endServer, freePort, runClient, saysSoon } from './programs.ts';

const name = 'orders.corp.test';
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function routeTo(port: number): Promise<NodeUnderTest> {
  const identity = { by: 'listener', nccs: ['n-1'] } as const;
  const router = await startNode(setupOf([{ key: 'tls', speaks: ['tls'], identity, routes: [{ name, to: port }] }]));
  closers.push(() => router.close());
  return router;
}

test.each(['TLSv1.2', 'TLSv1.3'] as const)('a session of %s is resumed through the router', async (version) => {
  const backend = await tlsBackend(name);
  closers.push(() => backend.close());
  const place = (await routeTo(backend.port)).addressOf('tls');
  const { ca } = await certificateOf(name);
  const options = { ...place, servername: name, ca, minVersion: version, maxVersion: version };
  const dial = async (session?: Buffer): Promise<{ socket: TLSSocket; ticket: Buffer }> => {
    const socket = connect({ ...options, ...(session && { session }) });
    const ticket = once(socket, 'session');
    const [said] = (await once(socket, 'data')) as [Buffer];
    expect(said.toString()).toBe(`I am ${name}\n`);
    return { socket, ticket: session ?? ((await ticket)[0] as Buffer) };
  };
  const first = await dial();
  expect(first.socket.isSessionReused()).toBe(false);
  first.socket.destroy();
  const second = await dial(first.ticket);
  expect(second.socket.isSessionReused()).toBe(true);
  second.socket.destroy();
});

testWith('openssl')('early data of TLS 1.3 is accepted by the server behind the router', async () => {
  const openssl = findTool('openssl') ?? '';
  const { cert, key, ca } = await certificateOf(name);
  const files = { 'cert.pem': cert, 'key.pem': key, 'ca.pem': ca, early: 'early greetings\n', session: '' };
  await withFiles(files, async (paths) => {
    const port = await freePort();
    const server = spawn(
      openssl,
      ['s_server', '-accept', `127.0.0.1:${port}`, '-cert', paths['cert.pem'], '-key', paths['key.pem'], '-early_data'],
      { stdio: ['pipe', 'pipe', 'pipe'] },
    );
    closers.push(() => endServer(server));
    await saysSoon(server, 'ACCEPT');
    const place = (await routeTo(port)).addressOf('tls');
    const dial = ['s_client', '-connect', `127.0.0.1:${place.port}`, '-servername', name, '-CAfile', paths['ca.pem']];

    // The ticket comes behind the handshake: the client stays until it has written it down.
    const watcher = watch(paths.session);
    const written = once(watcher, 'change');
    const first = spawn(openssl, [...dial, '-sess_out', paths.session], { stdio: ['pipe', 'ignore', 'ignore'] });
    await written;
    watcher.close();
    first.stdin.end('Q\n');
    await once(first, 'close');

    // It reads its input, and leaves, once the handshake is done.
    const { stdout } = await runClient(openssl, [...dial, '-sess_in', paths.session, '-early_data', paths.early], {
      input: 'Q\n',
    });
    expect(stdout).toContain('Reused, TLSv1.3');
    expect(stdout).toContain('Early data was accepted');
  });
});
