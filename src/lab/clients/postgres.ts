import pg from 'pg';
import { type Client, certificateRecorder } from './client.ts';

/** The `pg` driver with TLS verified: SSLRequest, ClientHello with the name, a query for the name of the server. */
export const postgres: Client = async (attempt) => {
  const recorder = certificateRecorder();
  const client = new pg.Client({
    host: attempt.host,
    port: attempt.port,
    user: 'lab',
    password: 'lab',
    database: 'lab',
    ssl: { ca: attempt.ca, checkServerIdentity: recorder.check },
    stream: () => attempt.socket(),
  });
  client.on('error', () => undefined); // a connection that breaks after the answer does not change the result
  try {
    await client.connect();
    const { rows } = await client.query<{ server: string }>('SELECT server FROM whoami');
    return { is: 'answer', server: rows[0]?.server ?? '', ...recorder.seen };
  } finally {
    await client.end().catch(() => undefined);
  }
};
