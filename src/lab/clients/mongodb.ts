import { mongoHeaderBytes, mongoMessage } from '../targets/mongodb.ts';
import { type Client, connectTls, read } from './client.ts';

/** `hello` in OP_MSG: the replica set's name says who it is. */
export const mongodb: Client = async (attempt) => {
  const { socket, certificate } = await connectTls(attempt);
  socket.write(mongoMessage({ hello: 1, $db: 'admin' }));
  const server = await read(socket, (bytes) => {
    if (bytes.length < mongoHeaderBytes || bytes.length < bytes.readUInt32LE(0)) return undefined;
    return textIn(bytes, 'setName') ?? '';
  });
  socket.destroy();
  return { is: 'answer', server, ...(certificate ? { certificate } : {}) };
};

/** The text of a string element: type, key, length, text with a zero at its end. */
function textIn(message: Buffer, key: string): string | undefined {
  const at = message.indexOf(Buffer.concat([Buffer.of(0x02), Buffer.from(`${key}\0`)]));
  if (at < 0) return undefined;
  const from = at + key.length + 6;
  return message.toString('utf8', from, from + message.readInt32LE(from - 4) - 1);
}
