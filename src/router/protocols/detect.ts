import type { Speech } from '../../ir/index.ts';
import { type NeedMore, needMore } from './answer.ts';
import { agrees, byteAt, fromLatin1 } from './bytes.ts';
import { http2Line } from './http/index.ts';
import { signature } from './proxy-v2/index.ts';
import { parseClientHello } from './tls/index.ts';

/** What the first bytes sound like, whether or not the port speaks it: a refusal is told in it. */
export type RecognisedProtocol = 'tls' | 'postgres' | 'http' | 'http2' | 'proxy' | 'tds' | 'oracle' | 'ssh' | 'unknown';

export type Detected =
  | { readonly is: 'speech'; readonly speech: Speech }
  | NeedMore
  | { readonly is: 'none'; readonly recognised: RecognisedProtocol; readonly why: string };

/** ALPN of PostgreSQL in direct TLS. @see postgres/postgres `src/include/libpq/pqcomm.h` */
const postgresAlpn = 'postgresql';

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
  const recognised = recognise(prefix);
  if (typeof recognised !== 'string') return recognised;
  switch (recognised) {
    case 'tls': {
      if (!speaks.includes('postgres')) return spoken(speaks, 'tls', recognised);
      if (!speaks.includes('tls')) return { is: 'speech', speech: 'postgres' };
      const hello = parseClientHello(prefix);
      if (hello.is === 'need-more') return hello;
      const isPostgres = hello.is === 'hello' && hello.alpn.includes(postgresAlpn);
      return { is: 'speech', speech: isPostgres ? 'postgres' : 'tls' };
    }
    case 'postgres':
      return spoken(speaks, 'postgres', recognised);
    case 'http':
    case 'http2':
      return spoken(speaks, 'http', recognised);
    case 'proxy':
    case 'tds':
    case 'oracle':
    case 'ssh':
    case 'unknown':
      return none(speaks, recognised, byteAt(prefix, 0));
    default:
      return recognised satisfies never;
  }
}

function spoken(speaks: readonly Speech[], speech: Speech, recognised: RecognisedProtocol): Detected {
  return speaks.includes(speech) ? { is: 'speech', speech } : none(speaks, recognised);
}

const names: Record<Exclude<RecognisedProtocol, 'unknown'> | Speech, string> = {
  tls: 'TLS',
  postgres: 'PostgreSQL',
  http: 'plain HTTP',
  http2: 'plain HTTP/2',
  proxy: 'a PROXY protocol header',
  tds: 'TDS 7 of SQL Server, in which TLS comes later (Encrypt=strict begins with TLS)',
  oracle: 'Oracle’s TNS without TLS',
  ssh: 'SSH',
  mysql: 'MySQL',
  tcp: 'any bytes',
};

function none(speaks: readonly Speech[], recognised: RecognisedProtocol, first = 0): Detected {
  const what = recognised === 'unknown' ? `the byte 0x${first.toString(16).padStart(2, '0')}` : names[recognised];
  const here = speaks.map((speech) => names[speech]).join(' and ');
  return { is: 'none', recognised, why: `the client began with ${what}; this port speaks ${here}` };
}

/** What the first bytes sound like. A few bytes tell all apart but PROXY headers and HTTP/2. */
function recognise(prefix: Uint8Array): RecognisedProtocol | NeedMore {
  const first = byteAt(prefix, 0);
  if (first === 0x16) return 'tls';
  // SSL 2.0 framing: the parser of the hello names it.
  if (first >= 0x80) {
    if (prefix.length < 3) return needMore(3);
    return byteAt(prefix, 2) === 1 ? 'tls' : 'unknown';
  }
  if (first === 0) return recogniseLength(prefix);
  if (first === preloginType && !(prefix.length > 1 && byteAt(prefix, 1) > 1))
    return prefix.length < 2 ? needMore(2) : 'tds';
  if (agrees(prefix, 0, sshStart)) return prefix.length < sshStart.length ? needMore(sshStart.length) : 'ssh';
  if (agrees(prefix, 0, signature)) return prefix.length < signature.length ? needMore(signature.length) : 'proxy';
  if (agrees(prefix, 0, http2Line)) return prefix.length < http2Line.length ? needMore(http2Line.length) : 'http2';
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]$/.test(String.fromCharCode(first)) ? 'http' : 'unknown';
}

/** PRELOGIN of TDS 7: packet type, then status 0 or 1. @see MS-TDS 2.2.3.1 */
const preloginType = 0x12;
const sshStart = fromLatin1('SSH-');

/**
 * PostgreSQL and Oracle both begin with a length. PostgreSQL's has four bytes, of which the first two are zero; Oracle's has
 * two, then two of checksum, then the packet type CONNECT (1).
 */
function recogniseLength(prefix: Uint8Array): RecognisedProtocol | NeedMore {
  if (prefix.length < 2) return needMore(2);
  if (byteAt(prefix, 1) === 0) return 'postgres';
  if (prefix.length < 5) return needMore(5);
  return byteAt(prefix, 4) === 1 ? 'oracle' : 'unknown';
}
