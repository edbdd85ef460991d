import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { codes } from '../diagnostics/index.ts';
import type { FlowRecord } from '../ir/index.ts';
import { defaultRingLimits, FlowRing, type RingLimits } from './flow-ring.ts';
import { Followers } from './followers.ts';
import { Guard } from './guard.ts';
import { type PageFile, readPage } from './page-files.ts';
import { filterOf, listed, matcher } from './view/flow-filter.ts';
import type { FeedState, FlowDetail, Hello } from './view/messages.ts';

/** What a source of records tells the console. */
export interface FlowSink {
  record(record: FlowRecord): void;
  /** Records that came about and will not come. */
  dropped(records: number): void;
  state(is: FeedState['is'], why?: string): void;
}

export interface ConsoleOptions {
  /** What the records are read from, for people: `unix:/run/lakegate/flows`. */
  readonly source: string;
  /** 0: any free one. */
  readonly port: number;
  /** Makes HAR of the records that a page exports. */
  readonly har: (records: readonly FlowRecord[]) => unknown;
  /** Default: {@link defaultRingLimits}. */
  readonly limits?: RingLimits;
  /** Folder of the built page. Default: the one of the package. */
  readonly page?: string;
}

export interface FlowConsole extends FlowSink {
  readonly port: number;
  /** With the token behind `#`: browsers send that part to nobody. */
  readonly url: string;
  close(): Promise<void>;
}

/** Nothing runs but the page's own script, nothing is loaded or sent elsewhere, and nothing is kept on a disk. */
const securityFields: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Serves the page and its records on 127.0.0.1 until it is closed. Throws what listening throws. */
export async function startConsole({ source, port, har, limits, page }: ConsoleOptions): Promise<FlowConsole> {
  const { records: keep } = limits ?? defaultRingLimits;
  const token = randomBytes(24).toString('base64url');
  const run = randomBytes(6).toString('hex');
  const ring = new FlowRing(limits ?? defaultRingLimits);
  const followers = new Followers(ring);
  const files = await readPage(page);
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  const guard = new Guard(bound, token);
  const answer = answersOf(ring, har);
  const follow = followOf(followers, { is: 'hello', source, keep, run });
  server.on('request', (request, response) => {
    for (const [name, value] of Object.entries(securityFields)) response.setHeader(name, value);
    const { pathname, searchParams } = addressOf(request);
    const { method = '', headers } = request;
    const denied = guard.judge({
      method,
      path: pathname,
      host: headers.host,
      origin: headers.origin,
      fetchSite: single(headers['sec-fetch-site']),
      authorization: headers.authorization,
    });
    const file = files.get(pathname);
    if (denied) sendJson(response, { status: denied.status, json: { why: denied.why } });
    else if (file) sendFile(response, file);
    else if (pathname === '/api/follow') follow(response, searchParams);
    else sendJson(response, answer(pathname, searchParams));
  });
  let state: FeedState = { is: 'waiting', dropped: 0 };
  const tell = (next: FeedState): void => {
    state = next;
    followers.changed(state);
  };
  return {
    port: bound,
    url: `http://127.0.0.1:${bound}/#token=${token}`,
    record(record) {
      ring.add(record);
      followers.changed();
    },
    dropped: (records) => tell({ ...state, dropped: state.dropped + records }),
    state: (is, why) => tell({ is, ...(why !== undefined && { why }), dropped: state.dropped }),
    async close() {
      followers.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

interface Reply {
  readonly status: number;
  readonly json: unknown;
}

/** Answers what a page asks of the records, but for following them. */
const answersOf =
  (ring: FlowRing, har: ConsoleOptions['har']) =>
  (path: string, query: URLSearchParams): Reply => {
    if (path === '/api/har') {
      const matches = matcher(filterOf(query));
      return { status: 200, json: har(ring.records((row) => matches(listed(row)))) };
    }
    const [, n] = /^\/api\/flows\/(\d{1,15})$/.exec(path) ?? [];
    if (n === undefined) return { status: 404, json: { why: 'nothing is here' } };
    const record = ring.get(Number(n));
    if (record) return { status: 200, json: detailOf(record) };
    return { status: 404, json: { why: 'the record is no longer kept: newer ones have taken its place' } };
  };

/** Lets a page follow the records, from where it was in the same run. */
const followOf =
  (followers: Followers, hello: Hello) =>
  (response: ServerResponse, query: URLSearchParams): void => {
    if (followers.isFull) {
      sendJson(response, { status: 503, json: { why: 'too many pages follow these flows; close one' } });
      return;
    }
    response.writeHead(200, { 'content-type': 'application/x-ndjson; charset=utf-8' });
    const since = query.get('run') === hello.run ? Number(query.get('since')) : 0;
    followers.add(response, Number.isSafeInteger(since) && since > 0 ? since : 0, hello);
  };

function detailOf(record: FlowRecord): FlowDetail {
  const code = record.refusal?.code;
  const text = Object.entries(codes).find(([name]) => name === code)?.[1];
  return { record, ...(text && { explanation: { title: text.title, explain: text.explain, fix: text.fix } }) };
}

/** What was asked for; an address that is not one is the empty path, which nothing answers. */
const addressOf = (request: IncomingMessage): { pathname: string; searchParams: URLSearchParams } =>
  URL.parse(request.url ?? '', 'http://127.0.0.1') ?? { pathname: '', searchParams: new URLSearchParams() };

const single = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.join(', ');

function sendFile(response: ServerResponse, { type, bytes }: PageFile): void {
  response.writeHead(200, { 'content-type': type, 'content-length': bytes.length }).end(bytes);
}

function sendJson(response: ServerResponse, { status, json }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(json));
}
