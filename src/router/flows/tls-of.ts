import type { TLSSocket } from 'node:tls';
import type { FlowTls } from './recorder.ts';

/** What a record says of the TLS of a connection whose handshake is over. */
export function tlsOf(socket: TLSSocket): FlowTls {
  return {
    version: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher()?.standardName ?? 'unknown',
    resumed: socket.isSessionReused(),
  };
}
