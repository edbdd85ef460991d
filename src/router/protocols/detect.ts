import type { Speech } from '../../ir/index.ts';
import { type NeedMore, needMore } from './answer.ts';
import { agrees, byteAt } from './bytes.ts';
import { http2Line } from './http/index.ts';
import { signature } from './proxy-v2/header.ts';
import { parseClientHello } from './tls/index.ts';

/** What the first bytes sound like, whether or not the port speaks it: a refusal is told in it. */
export type Heard = 'tls' | 'postgres' | 'http' | 'http2' | 'proxy' | 'unknown';

export type Detected =
  | { readonly is: 'speech'; readonly speech: Speech }
  | NeedMore
  | { readonly is: 'none'; readonly heard: Heard; readonly why: string };

/** ALPN of PostgreSQL in direct TLS. @see postgres/postgres `src/include/libpq/pqcomm.h` */
export const postgresAlpn = 'postgresql';

/**
 * Which of the listener's speeches a client has begun. Zero bytes are enough where the server speaks first (`mysql`)
 * or any bytes will do (`tcp`); a listener with one of these speaks nothing else.
 *
 * TLS on a port that speaks both `tls` and `postgres` is told apart by its ALPN, so the whole hello is waited for.
 * A hello with faults counts as `tls` where that is spoken: its parser names the fault.
 */
export function detect(speaks: readonly Speech[], prefix: Uint8Array): Detected {
  for (const alone of ['tcp', 'mysql'] as const) if (speaks.includes(alone)) return { is: 'speech', speech: alone };
  if (prefix.length === 0) return needMore(1);
  const heard = hear(prefix);
  if (typeof heard !== 'string') return heard;
  switch (heard) {
    case 'tls': {
      if (!speaks.includes('postgres')) return spoken(speaks, 'tls', heard);
      if (!speaks.includes('tls')) return { is: 'speech', speech: 'postgres' };
      const hello = parseClientHello(prefix);
      if (hello.is === 'need-more') return hello;
      const isPostgres = hello.is === 'hello' && hello.alpn.includes(postgresAlpn);
      return { is: 'speech', speech: isPostgres ? 'postgres' : 'tls' };
    }
    case 'postgres':
      return spoken(speaks, 'postgres', heard);
    case 'http':
    case 'http2':
      return spoken(speaks, 'http', heard);
    case 'proxy':
    case 'unknown':
      return none(speaks, heard, byteAt(prefix, 0));
    default:
      return heard satisfies never;
  }
}

function spoken(speaks: readonly Speech[], speech: Speech, heard: Heard): Detected {
  return speaks.includes(speech) ? { is: 'speech', speech } : none(speaks, heard);
}

const names: Record<Exclude<Heard, 'unknown'> | Speech, string> = {
  tls: 'TLS',
  postgres: 'PostgreSQL',
  http: 'plain HTTP',
  http2: 'plain HTTP/2',
  proxy: 'a PROXY protocol header',
  mysql: 'MySQL',
  tcp: 'any bytes',
};

function none(speaks: readonly Speech[], heard: Heard, first = 0): Detected {
  const what = heard === 'unknown' ? `the byte 0x${first.toString(16).padStart(2, '0')}` : names[heard];
  const here = speaks.map((speech) => names[speech]).join(' and ');
  return { is: 'none', heard, why: `the client began with ${what}; this port speaks ${here}` };
}

/** What the first bytes sound like. One byte tells, but for SSL 2.0, a PROXY header and HTTP/2. */
function hear(prefix: Uint8Array): Heard | NeedMore {
  const first = byteAt(prefix, 0);
  if (first === 0x16) return 'tls';
  // SSL 2.0 framing: the parser of the hello names it.
  if (first >= 0x80) {
    if (prefix.length < 3) return needMore(3);
    return byteAt(prefix, 2) === 1 ? 'tls' : 'unknown';
  }
  if (first === 0) return 'postgres';
  if (agrees(prefix, 0, signature)) return prefix.length < signature.length ? needMore(signature.length) : 'proxy';
  if (agrees(prefix, 0, http2Line)) return prefix.length < http2Line.length ? needMore(http2Line.length) : 'http2';
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]$/.test(String.fromCharCode(first)) ? 'http' : 'unknown';
}
