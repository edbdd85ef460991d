import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createPlain } from 'node:http';
import { createSecureServer } from 'node:http2';
import { connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findTool } from '../../tools.ts';
import { endServer, freePort } from '../programs.ts';

export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** A real server that says which requests it sees. */
export interface SeeingServer {
  readonly port: number;
  /** 0: it speaks no TLS. */
  readonly tlsPort: number;
  /** Ends it, and says all that it saw: `METHOD path`. */
  end(): Promise<readonly string[]>;
}

export interface SeeingServerKind {
  readonly title: string;
  readonly tools: readonly string[];
  readonly speaksHttp2: boolean;
  /** It reads chunked bodies; else it closes behind them. */
  readonly readsChunks: boolean;
  start(identity: Identity): Promise<SeeingServer>;
}

/** Files of one server, removed with it. */
function folderWith(files: Readonly<Record<string, string>>): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'lakegate-seeing-'));
  chmodSync(path, 0o755);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A program that prints its ports and then what it sees. */
async function program(
  command: string,
  args: (folder: string) => readonly string[],
  identity: Identity,
  env: Readonly<Record<string, string>> = {},
): Promise<SeeingServer> {
  const folder = folderWith({ 'cert.pem': identity.cert, 'key.pem': identity.key });
  const child = spawn(command, args(folder.path), {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  let said = '';
  const ports = new Promise<string>((found, failed) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1');
      if (said.includes('\n')) found(said.slice(0, said.indexOf('\n')));
    });
    child.once('error', failed);
    child.once('exit', () => failed(new Error(`${command} ended`)));
  });
  const [port = 0, tlsPort = 0] = (await ports).split(' ').map(Number);
  return {
    port,
    tlsPort,
    async end() {
      const gone = once(child, 'close');
      child.stdin.end();
      await gone;
      folder.remove();
      return said.trim().split('\n').slice(1);
    },
  };
}

const node: SeeingServerKind = {
  title: 'Node',
  tools: [],
  speaksHttp2: true,
  readsChunks: true,
  async start({ cert, key }) {
    const seen: string[] = [];
    const see = (
      { method = '', url = '' }: { method?: string | undefined; url?: string | undefined },
      answer: { end(text: string): unknown },
    ): void => {
      seen.push(`${method} ${url}`);
      answer.end('seen\n');
    };
    const servers: Server[] = [createPlain(see), createSecureServer({ cert, key, allowHTTP1: true }, see)];
    const sockets = new Set<{ destroy(): void }>();
    for (const server of servers) {
      server.on('connection', (socket) => {
        sockets.add(socket);
        socket.on('error', () => {});
      });
      server.on('sessionError', () => {});
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    const [port = 0, tlsPort = 0] = servers.map((server) => Object(server.address()).port as number);
    return {
      port,
      tlsPort,
      async end() {
        const closed = servers.map((server) => once(server, 'close'));
        for (const server of servers) server.close();
        for (const socket of sockets) socket.destroy();
        await Promise.all(closed);
        return seen;
      },
    };
  },
};

const nginx: SeeingServerKind = {
  title: 'nginx',
  tools: ['nginx'],
  speaksHttp2: true,
  readsChunks: true,
  async start({ cert, key }) {
    const [port, tlsPort] = [await freePort(), await freePort()];
    const folder = folderWith({ 'cert.pem': cert, 'key.pem': key });
    const at = folder.path;
    writeFileSync(
      join(at, 'nginx.conf'),
      `daemon off; master_process off; pid ${at}/pid; error_log ${at}/error.log;
events {}
http {
  log_format seen '$request_method $request_uri';
  access_log ${at}/seen.log seen;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${at}/${name};`).join(' ')}
  server {
    listen 127.0.0.1:${port};
    listen 127.0.0.1:${tlsPort} ssl http2;
    ssl_certificate ${at}/cert.pem;
    ssl_certificate_key ${at}/key.pem;
    location / { return 200 "seen\\n"; }
  }
}
`,
    );
    const child = spawn(
      findTool('nginx') ?? '',
      ['-p', at, '-c', join(at, 'nginx.conf'), '-e', join(at, 'error.log')],
      {
        stdio: 'ignore',
      },
    );
    await untilListening(port);
    return {
      port,
      tlsPort,
      async end() {
        await endServer(child);
        // What it refuses itself has no method and no path there.
        const seen = readFileSync(join(at, 'seen.log'), 'latin1').split('\n');
        folder.remove();
        return seen.filter((line) => /^[A-Z]+ \//.test(line));
      },
    };
  },
};

/** Until a connection is taken: the port is free to bind no more. */
async function untilListening(port: number): Promise<void> {
  for (;;) {
    const socket = connect({ host: '127.0.0.1', port });
    const is = await new Promise<boolean>((found) => {
      socket.once('connect', () => found(true));
      socket.once('error', () => found(false));
    });
    socket.destroy();
    if (is) return;
  }
}

const python: SeeingServerKind = {
  title: 'Python http.server',
  tools: ['python3'],
  speaksHttp2: false,
  readsChunks: false,
  start: (identity) =>
    program(
      findTool('python3') ?? '',
      (at) => [resolve('test/interop/servers/smuggled.py'), join(at, 'cert.pem'), join(at, 'key.pem')],
      identity,
    ),
};

const go: SeeingServerKind = {
  title: 'Go net/http',
  tools: ['go'],
  speaksHttp2: true,
  readsChunks: true,
  start: (identity) =>
    program(
      findTool('go') ?? '',
      (at) => ['run', resolve('test/interop/servers/smuggled.go'), join(at, 'cert.pem'), join(at, 'key.pem')],
      identity,
      { GO111MODULE: 'off' },
    ),
};

const jetty: SeeingServerKind = {
  title: 'Jetty',
  tools: ['java', 'kafka-jars'],
  speaksHttp2: false,
  readsChunks: true,
  start: (identity) => {
    const folder = findTool('kafka-jars') ?? '';
    const jars = readdirSync(folder).filter((name) => /^(jetty|javax\.servlet)/.test(name));
    const path = jars.map((name) => join(folder, name)).join(':');
    const source = resolve('test/interop/servers/Smuggled.java');
    return program(findTool('java') ?? '', () => ['-cp', path, source], identity);
  },
};

export const seeingServers: readonly SeeingServerKind[] = [node, nginx, python, go, jetty];
