import { Cursor, concat, fromLatin1, littleAt } from '../bytes.ts';
import { capability, has } from './greeting.ts';
import { encodePacket, type Packet } from './packet.ts';

/** A plugin that no account has: whatever the account's own is, the server asks the client to switch to it. */
const unknownPlugin = 'lakegate_ask_again';

/**
 * A login without TLS, changed so that the server asks for the answer again, with its own nonce: the answer in it was made
 * from the router's. The answer is taken out, the plugin's name replaced; user, database, attributes stay.
 * Undefined when the packet is malformed.
 *
 * @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_response.html
 */
export function loginForAuthSwitch({ payload, sequence }: Packet): Uint8Array | undefined {
  const flags = littleAt(payload, 0, 4);
  const read = new Cursor(payload);
  const fixed = read.take(32);
  const user = takeText(read, payload);
  // An answer of 251 bytes or more has a length of several bytes; no plugin's first answer is that long.
  const answerLength = read.u8();
  if (answerLength > 250) return undefined;
  read.take(answerLength);
  const database = has(flags, capability.connectWithDatabase) ? takeText(read, payload) : new Uint8Array(0);
  if (has(flags, capability.pluginAuth)) takeText(read, payload);
  if (read.isShort || !has(flags, capability.pluginAuth) || !has(flags, capability.secureConnection)) return undefined;
  const rest = read.take(read.left);
  return encodePacket(sequence, concat(fixed, user, [0], database, fromLatin1(`${unknownPlugin}\0`), rest));
}

/** Up to and with the next zero byte. */
function takeText(read: Cursor, payload: Uint8Array): Uint8Array {
  const end = payload.indexOf(0, payload.length - read.left);
  return read.take(end < 0 ? read.left + 1 : end + 1 - (payload.length - read.left));
}
