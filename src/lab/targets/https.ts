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
  (config: ServerConfig): RequestListener =>
  (request, response) => {
    request.resume();
    const asked = request.headers.host ?? request.headers[':authority'];
    const { url: path = '/', method } = request;
    const body = { server: answering(config, String(asked), path), host: config.host, asked, method, path };
    response.setHeader('content-type', 'application/json');
    response.end(`${JSON.stringify(body)}\n`);
  };

/** The target that a request is for: the longest prefix of its host, as the server itself understands the path. */
function answering({ answers }: ServerConfig, asked: string, path: string): string | undefined {
  const name = asked.replace(/:\d+$/, '').toLowerCase();
  const [bare = '/'] = path.split('?');
  const fitting = answers.filter(
    ({ host, prefix }) => host === name && (prefix === '/' || bare === prefix || bare.startsWith(`${prefix}/`)),
  );
  return fitting.sort((a, b) => b.prefix.length - a.prefix.length)[0]?.target;
}
