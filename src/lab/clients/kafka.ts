import { kafkaApi } from '../targets/kafka.ts';
import { type Client, connectTls, read } from './client.ts';

/** ApiVersions, then Metadata: the cluster id names the target. */
export const kafka: Client = async (attempt) => {
  const { socket, certificate } = await connectTls(attempt);
  socket.write(request(kafkaApi.apiVersions, 0, 1));
  const versions = await read(socket, (bytes) => answer(bytes, 1));
  if (versions.readInt16BE(0) !== 0) throw new Error(`ApiVersions gave error ${versions.readInt16BE(0)}`);
  socket.write(request(kafkaApi.metadata, 2, 2, int(-1)));
  const server = await read(socket, (bytes) => {
    const body = answer(bytes, 2);
    return body && clusterId(body);
  });
  socket.destroy();
  return { is: 'answer', server, ...(certificate ? { certificate } : {}) };
};

function request(key: number, version: number, correlation: number, body: Buffer = Buffer.alloc(0)): Buffer {
  const clientId = Buffer.from('lakegate-lab');
  const head = Buffer.alloc(10);
  head.writeInt16BE(key, 0);
  head.writeInt16BE(version, 2);
  head.writeInt32BE(correlation, 4);
  head.writeInt16BE(clientId.length, 8);
  const message = Buffer.concat([head, clientId, body]);
  return Buffer.concat([int(message.length), message]);
}

/** The body of the answer with that correlation id, once it has arrived completely. */
function answer(bytes: Buffer, correlation: number): Buffer | undefined {
  let at = 0;
  while (bytes.length >= at + 8) {
    const end = at + 4 + bytes.readInt32BE(at);
    if (bytes.length < end || end < at + 8) return undefined;
    if (bytes.readInt32BE(at + 4) === correlation) return bytes.subarray(at + 8, end);
    at = end;
  }
  return undefined;
}

/** Metadata 2: brokers (id, host, port, rack), then the cluster's id. */
function clusterId(body: Buffer): string {
  let at = 4;
  for (let left = body.readInt32BE(0); left > 0; left--) {
    at += 4;
    at += 2 + body.readInt16BE(at) + 4;
    at += 2 + Math.max(0, body.readInt16BE(at));
  }
  return body.toString('utf8', at + 2, at + 2 + Math.max(0, body.readInt16BE(at)));
}

function int(n: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(n);
  return bytes;
}
