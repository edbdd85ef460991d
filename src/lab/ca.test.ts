import { once } from 'node:events';
import { connect, createServer } from 'node:tls';
import { expect, test } from 'vitest';
import { createLabCa } from './ca.ts';

const now = Date.now(); // TLS itself compares certificates with the wall clock

async function handshake(servername: string): Promise<{ unit: unknown } | { error: string }> {
  const ca = await createLabCa(now);
  const server = createServer(await ca.issue(['orders.test.example'], 'orders-db'), (socket) => socket.end());
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const socket = connect({ port: address.port, host: '127.0.0.1', ca: ca.pem, servername });
  try {
    await once(socket, 'secureConnect');
    return { unit: socket.getPeerCertificate().subject.OU };
  } catch (error) {
    return { error: (error as NodeJS.ErrnoException).code ?? String(error) };
  } finally {
    socket.destroy();
    server.close();
  }
}

test('a certificate is good for its name and says the target', async () => {
  expect(await handshake('orders.test.example')).toEqual({ unit: 'orders-db' });
});

test('it is not good for another name', async () => {
  expect(await handshake('billing.test.example')).toEqual({ error: 'ERR_TLS_CERT_ALTNAME_INVALID' });
});
