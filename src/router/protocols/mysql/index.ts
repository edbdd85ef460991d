/**
 * mysql: the packets before TLS, for servers that share a port by name. The password never passes in the clear.
 * Never: authentication, queries, sockets, randomness.
 *
 * The flow of a port shared by name:
 * 1. learn each server's greeting once, from a connection to it (`parseGreeting`); every later client connection refreshes
 *    it, because the server greets there again. Do not probe for it: a server counts a handshake that is broken off as an
 *    error of the router's address and blocks it after `max_connect_errors` (100) in a row;
 * 2. send `encodeGreeting(commonGreeting(all), random)`;
 * 3. `readMysqlOpening` gives the name; dial that server, read and drop its greeting, forward the client's bytes unchanged.
 */

export {
  type Greeting,
  type GreetingAnswer,
  type MysqlFamily,
  parseGreeting,
} from './greeting.ts';

export { type MysqlOpening, readMysqlOpening } from './opening.ts';
export { type Packet, parsePacket } from './packet.ts';
export { MysqlProtocol } from './protocol.ts';
