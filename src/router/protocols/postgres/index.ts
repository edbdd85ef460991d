/**
 * postgres: the packets before TLS and the refusals after them. TLS itself stays end to end.
 * Never: authentication, queries, sockets.
 */

export { type Answered, type PostgresOpening, readPostgresOpening } from './opening.ts';
export { inPostgres, PostgresProtocol, type PostgresStep } from './protocol.ts';
export {
  type FirstPacket,
  gssEncRequest,
  type PostgresCause,
  type PostgresFault,
  sslRequest,
} from './startup.ts';
export { tlsRequest } from './tls-request.ts';
