import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { type ServerConfig, serveOn, type TargetKind } from './target-server.ts';

/** An HTTPS server that answers every request with who it is. */
export const https: TargetKind = {
  standIn: false,
  start: (config) => serveOn(createServer(config.leaf, whoami(config))),
};

/** The same without TLS. */
export const http: TargetKind = {
  standIn: false,
  start: (config) => serveOn(createHttpServer(whoami(config))),
};

const whoami =
  ({ target, host }: ServerConfig): RequestListener =>
  (request, response) => {
    request.resume();
    const body = { server: target.name, host, asked: request.headers.host, method: request.method, path: request.url };
    response.setHeader('content-type', 'application/json');
    response.end(`${JSON.stringify(body)}\n`);
  };
