import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { type Cidr, type RoutePlan, readinessPath } from '../../ir/index.ts';
import { routesOf } from '../../routing/index.ts';
import type { Snapshot } from '../metrics.ts';
import { OpeningBuffer } from '../opening/opening-buffer.ts';
import type { HostPort } from '../options.ts';
import { parseProxyHeader } from '../protocols/proxy-v2/index.ts';
import { isLoopback, trustIn } from '../trust.ts';
import { explain } from './explain.ts';
import { openMetrics, openMetricsType } from './openmetrics.ts';

/** What the admin server shows: one engine, or several workers as one. */
export interface AdminView {
  readonly plan: RoutePlan;
  /** Load balancers ask /live and /ready from here; everything else is for this machine only. */
  readonly healthNetworks: readonly Cidr[];
  stats(): Promise<Snapshot>;
}

export interface AdminServer {
  readonly address: HostPort;
  close(): Promise<void>;
}

/** A request must be whole by then, in milliseconds. */
const requestMs = 5000;
/** Connections at once; further ones are closed. */
const connectionsMax = 100;

/**
 * Answers `/live`, `/ready`, `/metrics`, `/routes` and `/explain`. Peers on this machine may ask all of it; peers of
 * the health networks only the first two; everybody else is cut off. A PROXY v2 header before the request is accepted
 * and not believed: health checks of load balancers carry one.
 */
export async function startAdmin(view: () => AdminView, at: HostPort): Promise<AdminServer> {
  const http = createHttpServer({ requestTimeout: requestMs, headersTimeout: requestMs, keepAliveTimeout: requestMs });
  http.on('request', (request, response) => {
    answer(view(), request, response).catch(() => response.destroy());
  });
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    const peer = socket.remoteAddress;
    if (sockets.size >= connectionsMax || !(isLoopback(peer) || trustIn(view().healthNetworks)(peer))) {
      socket.resetAndDestroy();
      return;
    }
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    void withoutHeader(socket).then((isRequest) => {
      if (!isRequest) {
        socket.destroy();
        return;
      }
      http.emit('connection', socket);
      socket.resume();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.host, resolve);
  });
  const bound = server.address();
  return {
    address: bound && typeof bound === 'object' ? { host: bound.address, port: bound.port } : at,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Takes a PROXY header off, if there is one, and puts the request back. False when none comes. */
async function withoutHeader(socket: Socket): Promise<boolean> {
  const buffer = new OpeningBuffer(socket);
  const timer = setTimeout(() => buffer.expire(), requestMs);
  try {
    for (;;) {
      const header = parseProxyHeader(buffer.view);
      if (header.is === 'bad') return false;
      if (header.is !== 'need-more') {
        if (header.is === 'header') buffer.skip(header.endsAt);
        const rest = buffer.release();
        if (rest.length > 0) socket.unshift(rest);
        return true;
      }
      if (await buffer.atLeast(buffer.length + 1)) return false;
    }
  } finally {
    clearTimeout(timer);
  }
}

async function answer(view: AdminView, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://router.invalid');
  const send = (status: number, type: string, text: string): void => {
    const length = Buffer.byteLength(text);
    response.writeHead(status, { 'content-type': type, 'content-length': length, 'cache-control': 'no-store' });
    response.end(text);
  };
  const reply = (status: number, body: unknown): void =>
    send(status, 'application/json; charset=utf-8', `${JSON.stringify(body, null, 2)}\n`);
  if (request.method !== 'GET' && request.method !== 'HEAD') return reply(405, { error: 'only GET is answered here' });
  if (url.pathname === '/live') return reply(200, { live: true });
  if (url.pathname === readinessPath) {
    const { ready, ...rest } = readiness(await view.stats());
    return reply(ready ? 200 : 503, { ready, ...rest });
  }
  if (!isLoopback(request.socket.remoteAddress)) return reply(403, { error: 'asked from this machine only' });
  switch (url.pathname) {
    case '/metrics':
      return send(200, openMetricsType, openMetrics(await view.stats()));
    case '/routes':
      return reply(200, routeList(view.plan, await view.stats()));
    case '/explain': {
      const [listener, name, ncc] = ['listener', 'name', 'ncc'].map(
        (field) => url.searchParams.get(field) ?? undefined,
      );
      if (listener === undefined)
        return reply(400, {
          error: 'say /explain?listener=KEY&name=HOST&ncc=KEY',
          listeners: view.plan.listeners.map(({ key }) => key),
        });
      const question = { listener, ...(name !== undefined && { name }), ...(ncc !== undefined && { ncc }) };
      return reply(200, explain(view.plan, (await view.stats()).upstreams, question));
    }
    default:
      return reply(404, { error: 'there are /live, /ready, /metrics, /routes and /explain' });
  }
}

/** Ready while it can serve anything; upstreams that are down are named, and do not count against it. */
function readiness(snapshot: Snapshot) {
  const down = Object.entries(snapshot.upstreams).filter(([, { up }]) => !up);
  return {
    ready: !snapshot.draining,
    draining: snapshot.draining,
    cannotReach: down.map(([key, { host, port, lastFailure }]) => ({ upstream: key, host, port, why: lastFailure })),
  };
}

const routeList = (plan: RoutePlan, snapshot: Snapshot) => ({
  plan: plan.name,
  routes: routesOf(plan).map(({ listener, route }) => ({
    listener: listener.key,
    clientPort: listener.clientPort,
    route: route.key,
    match: route.match,
    allow: route.allow,
    upstream: snapshot.upstreams[route.action.upstream],
  })),
});
