import type { TLSSocket } from 'node:tls';
import { createConnection, type RowDataPacket } from 'mysql2';
import { type Client, type ClientResult, targetInCertificate } from './client.ts';

/** The `mysql2` driver with TLS verified, its socket connected through the workspace. */
export const mysql: Client = async (attempt) => {
  const socket = attempt.socket();
  socket.connect(attempt.port, attempt.host);
  const connection = createConnection({
    host: attempt.host, // mysql2 sends it as the server name
    port: attempt.port,
    user: 'lab',
    password: 'lab',
    stream: socket,
    ssl: { ca: attempt.ca, rejectUnauthorized: true, verifyIdentity: true },
  });
  connection.on('error', () => undefined); // the query below reports the same
  try {
    return await new Promise<ClientResult>((done, failed) => {
      connection.query<RowDataPacket[]>('SELECT @@hostname', (error, rows) => {
        if (error) return failed(error);
        const { stream } = connection as unknown as { readonly stream: TLSSocket };
        done({
          is: 'answer',
          server: String(rows[0]?.server ?? ''),
          ...targetInCertificate(stream.getPeerCertificate()),
        });
      });
    });
  } finally {
    connection.destroy();
    socket.destroy();
  }
};
