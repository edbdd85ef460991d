import { fieldBlock, flags, frame, frameTypes, preface, request, requestFields } from '../support/http2-frames.ts';

/** What a client sends that two parties may read differently. All of its paths begin with `at`. */
export interface SmugglingCase {
  readonly title: string;
  /** The bytes, for a host. */
  readonly bytes: (at: string, host: string) => string;
  /** Requests that reach the server: what the client asked for and the router let through. Default 0. */
  readonly seen?: number;
  /** The head goes to the server before its body turns out to be broken: it may see it or not. */
  readonly torn?: boolean;
  /** What follows needs a server that reads chunks. */
  readonly needsChunks?: boolean;
}

const lines = (...text: readonly string[]): string => `${text.join('\r\n')}\r\n\r\n`;
/** What must never be seen: the paths below `/secret` are denied, so it only gets past what judges it by being hidden. */
const hidden = (at: string, host: string): string => lines(`GET /secret${at} HTTP/1.1`, `Host: ${host}`);
const get = (at: string, host: string, ...fields: string[]): string =>
  lines(`GET ${at} HTTP/1.1`, `Host: ${host}`, ...fields);
const post = (at: string, host: string, ...fields: string[]): string =>
  lines(`POST ${at} HTTP/1.1`, `Host: ${host}`, ...fields);
const chunked = 'Transfer-Encoding: chunked';

/** A POST whose length is said in two ways, with a request hidden behind the shorter one. */
const twoWays = (title: string, ...fields: string[]): SmugglingCase => ({
  title,
  bytes: (at, host) => `${post(`${at}/a`, host, ...fields)}0\r\n\r\n${hidden(at, host)}`,
});
const broken = (title: string, head: (at: string, host: string) => string): SmugglingCase => ({
  title,
  bytes: (at, host) => head(at, host) + hidden(at, host),
});
/** A chunked POST with this as its body. */
const chunks = (title: string, body: (at: string, host: string) => string, seen?: number): SmugglingCase => ({
  title,
  bytes: (at, host) => post(`${at}/a`, host, chunked) + body(at, host),
  ...(seen === undefined ? { torn: true } : { seen, needsChunks: true }),
});
const length = (text: string): string => `Content-Length: ${text.length}`;

/** Over HTTP/1.1, without TLS and inside it. */
export const http1Cases: readonly SmugglingCase[] = [
  { title: 'two requests', bytes: (at, host) => get(`${at}/1`, host) + get(`${at}/2?x=1`, host), seen: 2 },
  {
    title: 'a chunked body, and a request behind it',
    needsChunks: true,
    bytes: (at, host) => `${post(`${at}/1`, host, chunked)}3\r\nabc\r\n0\r\n\r\n${get(`${at}/2`, host)}`,
    seen: 2,
  },
  twoWays('Content-Length and Transfer-Encoding', 'Content-Length: 5', chunked),
  twoWays('Transfer-Encoding and Content-Length', chunked, 'Content-Length: 5'),
  twoWays('an unknown coding', 'Content-Length: 5', 'Transfer-Encoding: xchunked'),
  twoWays('a blank before the colon', 'Content-Length: 5', 'Transfer-Encoding : chunked'),
  twoWays('a tab behind the coding', 'Content-Length: 5', 'Transfer-Encoding: chunked\t'),
  twoWays('two codings', 'Content-Length: 5', 'Transfer-Encoding: chunked, identity'),
  twoWays('two fields of codings', 'Content-Length: 5', 'Transfer-Encoding: identity', chunked),
  twoWays('a coding written with an underscore', 'Content-Length: 5', 'Transfer_Encoding: chunked'),
  twoWays('a coding on a folded line', 'Content-Length: 5', 'X-A: b', ' Transfer-Encoding: chunked'),
  twoWays('a coding folded itself', 'Content-Length: 5', 'Transfer-Encoding:', ' chunked'),
  twoWays('a coding behind a lone newline', 'Content-Length: 5', 'X-A: b\nTransfer-Encoding: chunked'),
  twoWays('a coding behind a lone return', 'Content-Length: 5', 'X-A: b\rTransfer-Encoding: chunked'),
  twoWays('a coding behind a zero byte', 'Content-Length: 5', 'X-A: b\0Transfer-Encoding: chunked'),
  twoWays('two lengths', 'Content-Length: 5', 'Content-Length: 0'),
  twoWays('the same length twice', 'Content-Length: 5', 'Content-Length: 5'),
  twoWays('a list of lengths', 'Content-Length: 5, 5'),
  twoWays('a length with a sign', 'Content-Length: +5'),
  twoWays('a length in hexadecimal digits', 'Content-Length: 0x5'),
  twoWays('a length behind a vertical tab', 'Content-Length: \v5'),
  twoWays('a length with an underscore', 'Content_Length: 500', 'Content-Length: 5'),
  chunks('a chunk size that overflows', (at, host) => `10000000000000005\r\nhello\r\n0\r\n\r\n${hidden(at, host)}`),
  chunks('a chunk size with a sign', (at, host) => `+5\r\nhello\r\n0\r\n\r\n${hidden(at, host)}`),
  chunks('a chunk size in C', (at, host) => `0x5\r\nhello\r\n0\r\n\r\n${hidden(at, host)}`),
  chunks('a chunk extension with a newline', (at, host) => `5;a\nhello\r\n0\r\n\r\n${hidden(at, host)}`),
  chunks('a chunk that ends with a newline', (at, host) => `5\r\nhello\n0\r\n\r\n${hidden(at, host)}`),
  chunks('a chunk that is longer than it says', (at, host) => `3\r\nhello\r\n0\r\n\r\n${hidden(at, host)}`),
  chunks(
    'a last chunk of several zeros, with an extension',
    (at, host) => `5;a=b\r\nhello\r\n000;c\r\n\r\n${get(`${at}/2`, host)}`,
    2,
  ),
  chunks(
    'trailers with a length',
    (at, host) => `5\r\nhello\r\n0\r\nContent-Length: 90\r\n\r\n${get(`${at}/2`, host)}`,
  ),
  broken('two hosts', (at, host) => get(`${at}/a`, host, 'Host: other.test')),
  broken('a host of two names', (at, host) => get(`${at}/a`, `${host}, other.test`)),
  broken('a target with another host', (at, host) => lines(`GET http://other.test${at} HTTP/1.1`, `Host: ${host}`)),
  {
    title: 'a target with its host',
    bytes: (at, host) => lines(`GET http://${host}${at}/a HTTP/1.1`, `Host: ${host}`),
    seen: 1,
  },
  broken('a line without a colon', (at, host) => get(`${at}/a`, host, 'X-A')),
  broken('a head with newlines alone', (at, host) => `GET ${at}/a HTTP/1.1\nHost: ${host}\n\n`),
  broken('blanks in the target', (at, host) => lines(`GET ${at}/a /secret${at} HTTP/1.1`, `Host: ${host}`)),
  broken('a tab for a blank', (at, host) => lines(`GET\t${at}/a HTTP/1.1`, `Host: ${host}`)),
  broken('an unknown version', (at, host) => lines(`GET ${at}/a HTTP/1.2`, `Host: ${host}`)),
  broken('no version', (at) => `GET ${at}/a\r\n`),
  broken(
    'HTTP/1.0 with a coding',
    (at, host) => `${lines(`POST ${at}/a HTTP/1.0`, `Host: ${host}`, chunked)}0\r\n\r\n`,
  ),
  broken('a fragment', (at, host) => lines(`GET ${at}/a#/../secret HTTP/1.1`, `Host: ${host}`)),
  {
    title: 'a GET whose body is a request',
    bytes: (at, host) => get(`${at}/a`, host, length(hidden(at, host))) + hidden(at, host),
    seen: 1,
  },
  {
    title: 'a POST whose body is a request',
    bytes: (at, host) => post(`${at}/a`, host, length(hidden(at, host))) + hidden(at, host),
    seen: 1,
  },
  {
    title: 'a POST whose body is a request behind empty lines',
    bytes: (at, host) => `${post(`${at}/a`, host, length(`\r\n${hidden(at, host)}`))}\r\n${hidden(at, host)}`,
    seen: 1,
  },
  {
    title: 'a DELETE whose chunked body is a request',
    bytes: (at, host) =>
      `${lines(`DELETE ${at}/a HTTP/1.1`, `Host: ${host}`, chunked)}${hidden(at, host).length.toString(16)}\r\n${hidden(at, host)}\r\n0\r\n\r\n`,
    seen: 1,
  },
  {
    title: 'a POST whose chunked body is a request',
    bytes: (at, host) =>
      `${post(`${at}/a`, host, chunked)}${hidden(at, host).length.toString(16)}\r\n${hidden(at, host)}\r\n0\r\n\r\n`,
    seen: 1,
  },
  {
    title: 'a body that the server is expected to refuse',
    bytes: (at, host) => post(`${at}/a`, host, 'Expect: 100-continue', length(hidden(at, host))) + hidden(at, host),
    seen: 1,
  },
  {
    title: 'a path that overrides',
    bytes: (at, host) => get(`${at}/a`, host, `X-Original-URL: /secret${at}`),
  },
  { title: 'a denied path', bytes: (at, host) => hidden(at, host) },
  { title: 'a denied path in percents', bytes: (at, host) => get(`/%73ecret${at}`, host) },
  { title: 'a denied path behind dots', bytes: (at, host) => get(`/x/..%2fsecret${at}`, host) },
  {
    title: 'another protocol with a body',
    bytes: (at, host) => {
      const upgrade = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAAA'];
      return `${post(`${at}/a`, host, ...upgrade, 'Content-Length: 2')}{}${hidden(at, host)}`;
    },
    seen: 1,
  },
];

const http2 = (
  title: string,
  change: (fields: [string, string][], at: string, host: string) => readonly (readonly [string, string])[],
  more: { readonly body?: string; readonly seen?: number; readonly torn?: boolean } = {},
): SmugglingCase => ({
  title,
  bytes: (at, host) => {
    const fields = requestFields(`${at}/a`, more.body === undefined ? 'GET' : 'POST', host);
    return Buffer.concat([preface, request(1, change(fields, at, host), more.body)]).toString('latin1');
  },
  ...(more.seen !== undefined && { seen: more.seen }),
  ...(more.torn && { torn: true }),
});
const replaced = (fields: [string, string][], name: string, value: string): [string, string][] =>
  fields.map(([known, was]) => [known, known === name ? value : was]);

/** Over HTTP/2, in raw frames. */
export const http2Cases: readonly SmugglingCase[] = [
  http2('a request', (fields) => fields, { seen: 1 }),
  http2('a request with a body', (fields) => [...fields, ['content-length', '5']], { body: 'hello', seen: 1 }),
  http2('a length that is shorter than the body', (fields) => [...fields, ['content-length', '2']], {
    torn: true,
    body: 'hello',
  }),
  http2('a length that is longer than the body', (fields) => [...fields, ['content-length', '9']], {
    torn: true,
    body: 'hello',
  }),
  http2('two lengths', (fields) => [...fields, ['content-length', '5'], ['content-length', '0']], { body: 'hello' }),
  http2('a length with a sign', (fields) => [...fields, ['content-length', '+5']], { body: 'hello' }),
  http2('a coding', (fields) => [...fields, ['transfer-encoding', 'chunked']], { body: '0\r\n\r\n' }),
  http2('a coding with an underscore', (fields) => [...fields, ['transfer_encoding', 'chunked']], {
    body: '0\r\n\r\n',
  }),
  http2('a field of a connection', (fields) => [...fields, ['connection', 'keep-alive']]),
  http2('an upgrade', (fields) => [...fields, ['upgrade', 'websocket']]),
  // Node’s reader of frames leaves out a field that breaks the rules of its text; the request goes without it.
  http2('a request in a value', (fields, at, host) => [...fields, ['x-a', `b\r\n\r\n${hidden(at, host)}`]], {
    seen: 1,
  }),
  http2('a newline in a value', (fields) => [...fields, ['x-a', 'b\ntransfer-encoding: chunked']], { seen: 1 }),
  http2('a zero byte in a value', (fields) => [...fields, ['x-a', 'b\0c']], { seen: 1 }),
  http2('a blank before a value', (fields) => [...fields, ['x-a', ' b']], { seen: 1 }),
  http2('a colon in a name', (fields) => [...fields, ['x-a: b\r\ntransfer-encoding', 'chunked']], { seen: 1 }),
  http2('a capital in a name', (fields) => [...fields, ['X-a', 'b']]),
  http2('a request in the path', (fields, at, host) =>
    replaced(fields, ':path', `${at}/a HTTP/1.1\r\nHost: ${host}\r\n\r\n${hidden(at, host)}`),
  ),
  http2('a blank in the path', (fields, at) => replaced(fields, ':path', `${at}/a HTTP/1.1`)),
  http2('a path that is a URL', (fields, at, host) => replaced(fields, ':path', `https://${host}/secret${at}`)),
  http2('no slash in the path', (fields) => replaced(fields, ':path', 'a')),
  http2('a request in the method', (fields, at) => replaced(fields, ':method', `GET /secret${at} HTTP/1.1\r\nx:`)),
  http2('another scheme', (fields) => replaced(fields, ':scheme', 'http')),
  http2('a request in the scheme', (fields, at) => replaced(fields, ':scheme', `https://x/secret${at}?`)),
  http2('two paths', (fields, at) => [...fields, [':path', `/secret${at}`]]),
  http2('a path behind a field', (fields, at) => [
    ...fields.filter(([name]) => name !== ':path'),
    ['x-a', 'b'],
    [':path', `${at}/a`],
  ]),
  http2('another host', (fields) => [...fields, ['host', 'other.test']]),
  http2('another authority', (fields) => replaced(fields, ':authority', 'other.test')),
  http2('a user in the authority', (fields, _, host) => replaced(fields, ':authority', `a@${host}`)),
  http2('a path that overrides', (fields, at) => [...fields, ['x-rewrite-url', `/secret${at}`]]),
  http2('a denied path', (fields, at) => replaced(fields, ':path', `/secret${at}`)),
  http2('a tunnel', (fields) => replaced(fields, ':method', 'CONNECT')),
  {
    title: 'trailers with a path',
    bytes: (at, host) =>
      Buffer.concat([
        preface,
        frame(frameTypes.headers, flags.endHeaders, 1, fieldBlock(requestFields(`${at}/a`, 'POST', host))),
        frame(frameTypes.data, 0, 1, 'hello'),
        frame(frameTypes.headers, flags.endHeaders | flags.endStream, 1, fieldBlock([[':path', `/secret${at}`]])),
      ]).toString('latin1'),
    torn: true,
  },
];
