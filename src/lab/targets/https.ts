import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { type ServerConfig, serveOn, type TargetKind } from './target-server.ts';

/** An HTTPS server, of HTTP/2 too, that answers every request with who it is. */
export const https: TargetKind = {
  standIn: false,
  start: (config) => serveOn(createSecureServer({ ...config.leaf, allowHTTP1: true }, whoami(config))),
};

/** The same without TLS. */
export const http: TargetKind = {
  standIn: false,
  start: (config) => serveOn(createServer(whoami(config))),
};

const whoami =
  (config: ServerConfig) =>
  (request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse): void => {
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
