import pg from 'pg';
import { type Client, recordingIdentity } from './visit.ts';

/** The `pg` driver with TLS verified: SSLRequest, ClientHello with the name, a query that asks who is there. */
export const postgres: Client = async (visit) => {
  const identity = recordingIdentity();
  const client = new pg.Client({
    host: visit.host,
    port: visit.port,
    user: 'lab',
    password: 'lab',
    database: 'lab',
    ssl: { ca: visit.ca, checkServerIdentity: identity.check },
    stream: () => visit.socket(),
  });
  client.on('error', () => undefined); // a connection that breaks after the answer is not the answer
  try {
    await client.connect();
    const { rows } = await client.query<{ server: string }>('SELECT server FROM whoami');
    return { is: 'answer', server: rows[0]?.server ?? '', ...identity.seen };
  } finally {
    await client.end().catch(() => undefined);
  }
};
