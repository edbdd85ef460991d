import { type Fault, type NeedMore, needMore } from '../answer.ts';
import { byteAt, littleAt } from '../bytes.ts';
import { type HelloAnswer, parseClientHello } from '../tls/index.ts';
import { capability, has } from './greeting.ts';
import { loginForAuthSwitch } from './login.ts';
import { packetCapBytes, parsePacket } from './packet.ts';

/** Bytes of an SSLRequest packet, its header included. The ClientHello follows at once. */
const sslRequestBytes = 36;

export type MysqlOpening =
  /** SSLRequest, then a ClientHello, or what stands where one must be. `startsAt`: its first byte in the stream. */
  | { readonly is: 'tls'; readonly startsAt: number; readonly hello: HelloAnswer }
  /** A login without TLS. `authSwitchLogin` takes its place on the way to a default target (see `loginForAuthSwitch`). */
  | { readonly is: 'plain-login'; readonly endsAt: number; readonly authSwitchLogin: Uint8Array }
  | NeedMore
  | Fault<'packet-length' | 'sequence' | 'old-protocol' | 'ssl-request' | 'login'>;

const fault = (cause: Extract<MysqlOpening, { is: 'bad' }>['cause'], why: string): MysqlOpening => ({
  is: 'bad',
  cause,
  code: 'LG_PROTOCOL',
  why,
});

/**
 * What a client answers to the greeting. Positions count from the start of the client's stream.
 * @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_ssl_request.html
 */
export function readMysqlOpening(prefix: Uint8Array): MysqlOpening {
  if (prefix.length === 0) return needMore(4);
  // A client that did not wait for the greeting, or speaks something else: a length of over 1 MB or a wrong number.
  if (prefix.length < 4) return needMore(4);
  const length = littleAt(prefix, 0, 3);
  if (length < 32 || length + 4 > packetCapBytes)
    return fault(
      'packet-length',
      `the client’s first packet claims ${length} bytes; 32 to ${packetCapBytes - 4} are read`,
    );
  if (byteAt(prefix, 3) !== 1)
    return fault('sequence', `the client’s first packet has sequence number ${byteAt(prefix, 3)}, not 1`);
  if (prefix.length < 8) return needMore(8);
  const flags = littleAt(prefix, 4, 4);
  if (!has(flags, capability.protocol41)) return fault('old-protocol', 'the client speaks the protocol of MySQL 4.0');
  if (!has(flags, capability.tls)) {
    const packet = parsePacket(prefix);
    if (packet.is !== 'packet') return packet;
    const authSwitchLogin = loginForAuthSwitch(packet);
    return authSwitchLogin
      ? { is: 'plain-login', endsAt: packet.endsAt, authSwitchLogin }
      : fault('login', 'the client’s login without TLS is malformed');
  }
  if (length + 4 !== sslRequestBytes)
    return fault('ssl-request', `the client asks for TLS in a packet of ${length} bytes, not ${sslRequestBytes - 4}`);
  if (prefix.length < sslRequestBytes) return needMore(sslRequestBytes);
  const hello = parseClientHello(prefix.subarray(sslRequestBytes));
  if (hello.is === 'need-more')
    return { is: 'tls', startsAt: sslRequestBytes, hello: needMore(sslRequestBytes + hello.atLeast) };
  if (hello.is !== 'hello') return { is: 'tls', startsAt: sslRequestBytes, hello };
  return { is: 'tls', startsAt: sslRequestBytes, hello: { ...hello, endsAt: sslRequestBytes + hello.endsAt } };
}
