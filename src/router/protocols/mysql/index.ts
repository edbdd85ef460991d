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
export { errPacket, mysqlError, plainLoginHint } from './err-packet.ts';
export {
  commonGreeting,
  encodeGreeting,
  type Greeting,
  type GreetingAnswer,
  type MysqlFamily,
  parseGreeting,
  speaksTls,
  switchingPlugin,
} from './greeting.ts';
export { Greetings, greetingExchange } from './greetings.ts';
export { type MysqlOpening, readMysqlOpening, sslRequestBytes } from './opening.ts';
export { encodePacket, type Packet, packetCapBytes, parsePacket } from './packet.ts';
export { MysqlProtocol, mysqlStep } from './protocol.ts';
