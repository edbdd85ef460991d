import { createHash, timingSafeEqual } from 'node:crypto';
import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, isIPv6 } from 'node:net';
import { type FlowFilter, parseStatusFilter } from '../../ir/index.ts';
import type { HostPort } from '../options.ts';
import { isLoopback } from '../trust.ts';
import { FlowFeed, type FlowSource } from './flow-feed.ts';
import { follow } from './follow.ts';

/** Where the flow socket is: a file, or an address of this machine. */
export type FlowSocketPlace = { readonly by: 'unix'; readonly path: string } | ({ readonly by: 'tcp' } & HostPort);

export interface FlowSocketOptions {
  readonly at: FlowSocketPlace;
  /** What a reader must show. */
  readonly token: string;
  /** The sources that there are now. */
  readonly sources: () => readonly FlowSource[];
}

export interface FlowSocket {
  /** As bound. */
  readonly at: FlowSocketPlace;
  close(): Promise<void>;
}

/** A request must be complete by then, in milliseconds. */
const requestMs = 5000;
/** Connections at once; further ones are closed. */
const connectionsMax = 32;
/** Readers that follow at once. */
const followersMax = 16;
/** Bytes of a request's head. */
const headBytesMax = 8192;
const limits = { most: 1000, default: 100 };

/**
 * Answers `GET /flows` on this machine alone, to those who know the token: `?since=SEQ&limit=N` with filters gives records as
 * JSON, `?follow=1` line by line as they come. What is given is redacted. Rejects where it cannot bind.
 */
export async function startFlowSocket({ at, token, sources }: FlowSocketOptions): Promise<FlowSocket> {
  if (at.by === 'tcp' && !isLoopback(at.host))
    throw new Error(`flows are served on this machine only: ${at.host} is not a loopback address such as 127.0.0.1`);
  const feed = new FlowFeed(sources);
  const closed = new AbortController();
  let followers = 0;
  const server = createServer({
    ...{ requestTimeout: requestMs, headersTimeout: requestMs, keepAliveTimeout: requestMs },
    ...{ maxHeaderSize: headBytesMax, connectionsCheckingInterval: requestMs },
  });
  server.maxConnections = connectionsMax;
  const digest = digestOf(token);
  server.on('request', (request, response) => {
    const refusal = refusalOf(request, { digest, at: boundAt(server, at) });
    const question = refusal ?? questionIn(request.url ?? '');
    if ('error' in question) return reply(response, question.status, { error: question.error });
    if (!question.follow) {
      answer(feed, question, response).catch(() => response.destroy());
      return;
    }
    if (followers >= followersMax)
      return reply(response, 503, { error: `there are ${followersMax} followers already` });
    followers += 1;
    response.once('close', () => {
      followers -= 1;
    });
    follow(feed, { ...question, response, closed: closed.signal }).catch(() => response.destroy());
  });
  server.on('clientError', (_, socket) => socket.destroy());
  await bind(server, at);
  return {
    at: boundAt(server, at),
    close: () =>
      new Promise((resolve) => {
        closed.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function boundAt(server: Server, at: FlowSocketPlace): FlowSocketPlace {
  const bound = server.address();
  return bound && typeof bound === 'object' ? { by: 'tcp', host: bound.address, port: bound.port } : at;
}

async function bind(server: Server, at: FlowSocketPlace): Promise<void> {
  if (at.by === 'unix') await clear(at.path);
  // The file is for its owner alone from its first moment on: a mask is set while it is made, which is at once.
  const mask = at.by === 'unix' ? process.umask(0o177) : undefined;
  const listening = new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if (at.by === 'unix') server.listen(at.path, resolve);
    else server.listen(at.port, at.host, resolve);
  });
  if (mask !== undefined) process.umask(mask);
  await listening;
  if (at.by === 'unix') chmodSync(at.path, 0o600);
}

/** Removes a socket that a router has left behind. One that somebody listens to stays. */
async function clear(path: string): Promise<void> {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (!there) return;
  if (!there.isSocket()) throw new Error(`${path} is there and is not a socket`);
  const isUsed = await new Promise<boolean>((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
  if (isUsed) throw new Error(`${path} is in use by another process`);
  unlinkSync(path);
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

interface Refused {
  readonly status: number;
  readonly error: string;
}

function refusalOf(
  { headers, method }: IncomingMessage,
  { digest, at }: { readonly digest: Buffer; readonly at: FlowSocketPlace },
): Refused | undefined {
  // A page in a browser could reach a loopback address, also by a name of its own that leads here.
  if (at.by === 'tcp' && !hostsOf(at).includes(headers.host ?? ''))
    return { status: 421, error: 'Host is not the address of this socket' };
  if (headers.origin !== undefined) return { status: 403, error: 'pages are not served' };
  const given = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
  if (!timingSafeEqual(digestOf(given), digest))
    return { status: 401, error: 'the token is not the one of this router' };
  return method === 'GET' ? undefined : { status: 405, error: 'only GET is answered here' };
}

const hostsOf = ({ host, port }: HostPort): readonly string[] => [
  `${isIPv6(host) ? `[${host}]` : host}:${port}`,
  `localhost:${port}`,
];

interface Question {
  readonly follow: boolean;
  /** Absent: the last ones. */
  readonly since: number | undefined;
  readonly limit: number;
  readonly filter: FlowFilter;
}

const parameters = ['since', 'limit', 'follow', 'target', 'workspace', 'status', 'path'];

function questionIn(url: string): Question | Refused {
  const asked = URL.parse(url, 'http://router.invalid');
  if (asked?.pathname !== '/flows') return { status: 404, error: 'there is /flows' };
  const { searchParams } = asked;
  const wrong = (error: string): Refused => ({ status: 400, error });
  const unknown = [...searchParams.keys()].find((name) => !parameters.includes(name));
  if (unknown !== undefined)
    return wrong(`there is no parameter ${unknown.slice(0, 40)}; there are ${parameters.join(', ')}`);
  const get = (name: string): string | undefined => searchParams.get(name) ?? undefined;
  const whole = (text: string | undefined): number | undefined =>
    text === undefined ? undefined : /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
  const [since, limit] = [whole(get('since')), whole(get('limit'))];
  if (Number.isNaN(since)) return wrong('since is not a number');
  if (limit !== undefined && !(limit <= limits.most)) return wrong(`limit is not a number from 0 to ${limits.most}`);
  const statusText = get('status');
  const status = statusText === undefined ? undefined : parseStatusFilter(statusText);
  if (statusText !== undefined && !status) return wrong('status is not one such as 503, 5xx, refused or bad');
  const [target, workspace, path] = [get('target'), get('workspace'), get('path')];
  return {
    follow: get('follow') === '1',
    since,
    limit: limit ?? limits.default,
    filter: {
      ...(target !== undefined && { target }),
      ...(workspace !== undefined && { workspace }),
      ...(path !== undefined && { path }),
      ...(status && { status }),
    },
  };
}

async function answer(feed: FlowFeed, { since, limit, filter }: Question, response: ServerResponse): Promise<void> {
  await feed.pull();
  reply(response, 200, feed.read(since ?? feed.beginOf(limit, filter), limit, filter));
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...(status !== 200 && { connection: 'close' }),
  });
  response.end(text);
}
