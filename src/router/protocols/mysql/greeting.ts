import { quoted } from '../../../diagnostics/index.ts';
import type { Fault, NeedMore } from '../answer.ts';
import { byteAt, concat, fromLatin1, latin1, littleAt, littleEndian } from '../bytes.ts';
import { encodePacket, parsePacket } from './packet.ts';

/** Bits of the capability flags that matter here. @see https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__capabilities__flags.html */
export const capability = {
  /** Unset, it marks a MariaDB server, which then uses reserved bytes for flags of its own. */
  longPassword: 0x0000_0001,
  connectWithDatabase: 0x0000_0008,
  protocol41: 0x0000_0200,
  tls: 0x0000_0800,
  secureConnection: 0x0000_8000,
  pluginAuth: 0x0008_0000,
} as const;

export type MysqlFamily = 'mysql' | 'mariadb';

/** What a server says of itself before it knows the client; its nonce and thread id are left out on purpose. */
export interface Greeting {
  readonly family: MysqlFamily;
  /** As sent, such as `8.0.36` or `5.5.5-10.11.6-MariaDB`. */
  readonly version: string;
  readonly capabilities: number;
  /** MariaDB's own flags; 0 for MySQL. */
  readonly mariadbCapabilities: number;
  readonly charset: number;
  readonly status: number;
}

export type GreetingAnswer =
  | { readonly is: 'greeting'; readonly greeting: Greeting; readonly endsAt: number }
  /** The server refuses to talk: too many connections, host blocked. */
  | { readonly is: 'error'; readonly number: number; readonly message: string }
  | NeedMore
  | Fault<'packet-length' | 'greeting'>;

const wrong = (what: string): Fault<'greeting'> => ({
  is: 'bad',
  cause: 'greeting',
  code: 'LG_PROTOCOL',
  why: `the server’s greeting ${what}`,
});

const nonceStart = 8;
const nonceRest = 12;

/**
 * Reads the first packet of a MySQL or MariaDB server.
 * @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html
 * @see https://mariadb.com/kb/en/connection/#initial-handshake-packet
 */
export function parseGreeting(prefix: Uint8Array): GreetingAnswer {
  const packet = parsePacket(prefix);
  if (packet.is !== 'packet') return packet;
  const { payload, endsAt } = packet;
  if (byteAt(payload, 0) === 0xff && payload.length >= 3) {
    const text = latin1(payload.subarray(3)).replace(/^#[0-9A-Z]{5}/, '');
    return { is: 'error', number: littleAt(payload, 1, 2), message: quoted(text) };
  }
  if (packet.sequence !== 0) return wrong(`has sequence number ${packet.sequence}`);
  if (byteAt(payload, 0) !== 10) return wrong(`is of protocol ${byteAt(payload, 0)}, not 10`);
  const end = payload.indexOf(0, 1);
  const fixed = end + 1 + 4 + nonceStart + 1; // behind version, thread id, nonce and filler
  if (end < 2 || payload.length < fixed + 2 + 1 + 2 + 2 + 1 + 10) return wrong('is too short');
  const version = latin1(payload.subarray(1, end));
  if (!/^[\x21-\x7e ]+$/.test(version)) return wrong(`has ${quoted(version)} as version`);
  const capabilities = littleAt(payload, fixed, 2) + littleAt(payload, fixed + 5, 2) * 65_536;
  if (!has(capabilities, capability.protocol41) || !has(capabilities, capability.pluginAuth))
    return wrong('is of a server older than MySQL 5.5.7');
  const isMariadb = /mariadb/i.test(version) || !has(capabilities, capability.longPassword);
  const greeting: Greeting = {
    family: isMariadb ? 'mariadb' : 'mysql',
    version,
    capabilities,
    mariadbCapabilities: has(capabilities, capability.longPassword) ? 0 : littleAt(payload, fixed + 14, 4),
    charset: byteAt(payload, fixed + 2),
    status: littleAt(payload, fixed + 3, 2),
  };
  return { is: 'greeting', greeting, endsAt };
}

/** A server that does not cannot be routed to by name: its clients send no server name. */
export const speaksTls = (greeting: Greeting): boolean => has(greeting.capabilities, capability.tls);

export const has = (flags: number, bit: number): boolean => (flags & bit) !== 0;

/** The numbers of a version, `10.11.6` for `5.5.5-10.11.6-MariaDB` (the first part is for old replicas). */
function numbersOf(greeting: Greeting): readonly number[] {
  const text = greeting.family === 'mariadb' ? greeting.version.replace(/^5\.5\.5-/, '') : greeting.version;
  return [0, 1, 2].map((i) => Number(/^[0-9]+(?:\.[0-9]+)*/.exec(text)?.[0].split('.')[i] ?? 0));
}

function compareVersions(a: Greeting, b: Greeting): number {
  const [x, y] = [numbersOf(a), numbersOf(b)];
  for (const [i, n] of x.entries()) if (n !== y[i]) return n - (y[i] ?? 0);
  return a.version < b.version ? -1 : a.version > b.version ? 1 : 0;
}

/** utf8mb4_general_ci: known to every server of both families that is still in use. */
const commonCharset = 45;

/**
 * What a port shared by several servers may say: the lowest version among them, and only what all of them can do.
 * Undefined for no servers, for servers of two families, and where one does not speak TLS: its clients could not be told apart by name.
 * The order of the servers does not matter.
 */
export function commonGreeting(servers: readonly Greeting[]): Greeting | undefined {
  const [lowest, ...others] = [...servers].sort(compareVersions);
  if (!lowest || others.some((server) => server.family !== lowest.family)) return undefined;
  if (!servers.every(speaksTls)) return undefined;
  const common = (of: (server: Greeting) => number) => servers.map(of).reduce((a, b) => (a & b) >>> 0);
  return {
    ...lowest,
    capabilities: common((server) => server.capabilities),
    mariadbCapabilities: common((server) => server.mariadbCapabilities),
    charset: others.every((server) => server.charset === lowest.charset) ? lowest.charset : commonCharset,
  };
}

/**
 * The plugin that the router's greeting names; every client knows it. The client answers for it, with a nonce that means
 * nothing to the server. An account with another plugin does not look at the answer: the server asks the client to switch
 * and sends its own nonce. An account with this one finds the answer wrong, as it does when its cache is cold, and asks for
 * the password, which the client sends inside TLS. Either way the login goes on between client and server alone.
 *
 * Clients that answer with `mysql_native_password` whatever the greeting says (MariaDB Connector/J) cannot log in to accounts
 * of just that plugin; to all others they can.
 */
const switchingPlugin = 'caching_sha2_password';

/**
 * The greeting packet that the router sends for a port shared by name.
 *
 * @param nonce 20 random bytes; zero bytes in it are replaced, since clients read it as text. No server ever checks it.
 * @param threadId Shown by clients, used by none before the login.
 */
export function encodeGreeting(greeting: Greeting, nonce: Uint8Array, threadId = 1): Uint8Array {
  const salt = Uint8Array.from({ length: nonceStart + nonceRest }, (_, i) => (nonce[i] ?? 0) & 0x7f || 1);
  const isPlainMysql = has(greeting.capabilities, capability.longPassword);
  const own = isPlainMysql ? new Uint8Array(4) : littleEndian(greeting.mariadbCapabilities, 4);
  const payload = concat(
    [10],
    fromLatin1(`${greeting.version}\0`),
    littleEndian(threadId, 4),
    salt.subarray(0, nonceStart),
    [0],
    littleEndian(greeting.capabilities % 65_536, 2),
    [greeting.charset],
    littleEndian(greeting.status, 2),
    littleEndian(Math.floor(greeting.capabilities / 65_536), 2),
    [salt.length + 1],
    new Uint8Array(6),
    own,
    salt.subarray(nonceStart),
    [0],
    fromLatin1(`${switchingPlugin}\0`),
  );
  return encodePacket(0, payload);
}
