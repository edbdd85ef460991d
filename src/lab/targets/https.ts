import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { type Identity, serveOn, type TargetKind } from './target-server.ts';

/** An HTTPS server that answers every request with who it is. */
export const https: TargetKind = {
  standIn: false,
  start: (identity) => serveOn(createServer(identity.leaf, whoami(identity))),
};

/** The same without TLS. */
export const http: TargetKind = {
  standIn: false,
  start: (identity) => serveOn(createHttpServer(whoami(identity))),
};

const whoami =
  ({ target, host }: Identity): RequestListener =>
  (request, response) => {
    request.resume();
    const body = { server: target.name, host, asked: request.headers.host, method: request.method, path: request.url };
    response.setHeader('content-type', 'application/json');
    response.end(`${JSON.stringify(body)}\n`);
  };
