/**
 * tls: the ClientHello and alerts, as far as a router that does not take part in TLS needs them.
 * Never: keys, certificates, sockets.
 */
export type { Alert } from './alert.ts';
export {
  type ClientHello,
  type HelloAnswer,
  type HelloCause,
  type HelloFault,
  parseClientHello,
} from './client-hello.ts';
export { type HelloContext, helloStep, inTls, tlsProtocol } from './opening.ts';
