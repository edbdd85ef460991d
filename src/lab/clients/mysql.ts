import type { TLSSocket } from 'node:tls';
import { createConnection, type RowDataPacket } from 'mysql2';
import { type Client, type Seen, unitOf } from './visit.ts';

/** The `mysql2` driver with TLS verified, its socket connected through the workspace. */
export const mysql: Client = async (visit) => {
  const socket = visit.socket();
  socket.connect(visit.port, visit.host);
  const connection = createConnection({
    host: visit.host, // mysql2 sends it as the server name
    port: visit.port,
    user: 'lab',
    password: 'lab',
    stream: socket,
    ssl: { ca: visit.ca, rejectUnauthorized: true, verifyIdentity: true },
  });
  connection.on('error', () => undefined); // the query below reports the same
  try {
    return await new Promise<Seen>((done, failed) => {
      connection.query<RowDataPacket[]>('SELECT @@hostname', (error, rows) => {
        if (error) return failed(error);
        const { stream } = connection as unknown as { readonly stream: TLSSocket };
        done({ is: 'answer', server: String(rows[0]?.server ?? ''), ...unitOf(stream.getPeerCertificate()) });
      });
    });
  } finally {
    connection.destroy();
    socket.destroy();
  }
};
