import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import type { Upstream } from '../../src/ir/index.ts';
import type { RouterLimits } from '../../src/router/index.ts';
import { inspectionCa, type ScriptedServer, scriptedServer, serverCa } from '../support/inspected.ts';
import { dialTo, headerOf } from './clients.ts';
import { type NodeUnderTest, startNode } from './engines.ts';
import { endpointA, setupOf } from './setup.ts';

/** A scripted server, a router that inspects what goes to it, and clients of that. */
export interface Running {
  readonly router: NodeUnderTest;
  readonly server: ScriptedServer;
  /** A client inside TLS that speaks HTTP/1.1; paused. */
  client(endpoint?: string): Promise<TLSSocket>;
}

export interface RunningOptions {
  readonly limits?: Partial<RouterLimits>;
  readonly upstream?: Partial<Upstream>;
  readonly router?: Omit<NonNullable<Parameters<typeof startNode>[1]>, 'limits' | 'issuer'>;
}

/** Starts what an exchange needs, and closes it all at once. */
export async function exchanges(): Promise<{
  running(options?: RunningOptions): Promise<Running>;
  close(): Promise<void>;
}> {
  const ca = await inspectionCa();
  const servers = await serverCa();
  const identity = await servers.issue('a.test');
  const closing: { close(): Promise<void> }[] = [];
  return {
    async running({ limits = {}, upstream = {}, router: options = {} } = {}) {
      const server = await scriptedServer(identity);
      closing.push(server);
      const route = {
        ...{ name: 'a.test', to: server.port, allow: ['n-1', 'n-2'], action: { tls: 'inspect' as const } },
        upstream: { tls: { name: 'a.test' as never, ca: [servers.pem] }, ...upstream },
      };
      const setup = setupOf([{ key: 's-1/443', speaks: ['tls'], routes: [route] }]);
      const router = await startNode(setup, { ...options, issuer: ca, limits });
      closing.push(router);
      return {
        router,
        server,
        async client(endpoint = endpointA) {
          const socket = await dialTo(router.addressOf('s-1/443'), headerOf(endpoint));
          const wish: ConnectionOptions = { socket, servername: 'a.test', ca: ca.rootPem };
          const tls = connectTls({ ...wish, ALPNProtocols: ['http/1.1'] });
          tls.on('error', () => {});
          await new Promise<void>((resolve, reject) => {
            tls.once('secureConnect', resolve);
            tls.once('close', () => reject(new Error('closed')));
          });
          tls.pause();
          closing.push({ close: async () => void tls.destroy() });
          return tls;
        },
      };
    },
    async close() {
      for (const one of closing.splice(0).reverse()) await one.close();
    },
  };
}

export const get = (path: string, ...fields: string[]): string =>
  `GET ${path} HTTP/1.1\r\n${['Host: a.test', ...fields].join('\r\n')}\r\n\r\n`;
export const post = (path: string, ...fields: string[]): string => get(path, ...fields).replace('GET', 'POST');
export const answer = (body: string, ...fields: string[]): string =>
  `HTTP/1.1 200 OK\r\n${[`Content-Length: ${body.length}`, ...fields].join('\r\n')}\r\n\r\n${body}`;
/** Status and code of a refusal. */
export const codeIn = (text: string): string =>
  `${/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1]} ${/\r\nLakegate-Code: (\w+)\r\n/.exec(text)?.[1]}`;
