import type { Socket } from 'node:net';
import { type Client, connectTls, read } from './client.ts';

/** node:tls: sends one line and reads one line. */
export const tls: Client = async (attempt) => {
  const { socket, certificate } = await connectTls(attempt);
  return { ...(await ask(socket)), ...(certificate ? { certificate } : {}) };
};

/** node:net. A server that speaks first does not wait for the line. */
export const tcp: Client = async (attempt) => {
  const socket = attempt.socket();
  socket.connect(attempt.port, attempt.host);
  return ask(socket);
};

async function ask(socket: Socket): Promise<{ readonly is: 'answer'; readonly server: string }> {
  socket.write('who is there?\r\n');
  const server = await read(socket, (bytes) => /^server=(\S+) .*\r\n/.exec(bytes.toString('utf8'))?.[1]);
  socket.destroy();
  return { is: 'answer', server };
}

/** Redis over node:tls: PING, then INFO. */
export const redis: Client = async (attempt) => {
  const { socket, certificate } = await connectTls(attempt);
  socket.write('*1\r\n$4\r\nPING\r\n*2\r\n$4\r\nINFO\r\n$6\r\nserver\r\n');
  const server = await read(
    socket,
    (bytes) => /^\+PONG\r\n[\s\S]*server_name:(\S+)\r\n/.exec(bytes.toString('utf8'))?.[1],
  );
  socket.destroy();
  return { is: 'answer', server, ...(certificate ? { certificate } : {}) };
};
