import { createServer, type TLSSocket } from 'node:tls';
import { openingCapBytes, type ServerConfig, serveOn, type TargetKind } from './target-server.ts';

/**
 * The opening of a Kafka broker over TLS: ApiVersions (0 to 2) and Metadata (2), which tells the cluster's id, here the target's name, and
 * its brokers. A version it does not have is answered as a broker does, with UNSUPPORTED_VERSION and the list. No topics, no SASL.
 */
export const kafka: TargetKind = {
  standIn: true,
  start: (config) => serveOn(createServer(config.leaf, (socket) => converse(socket, config))),
};

export const kafkaApi = { metadata: 3, apiVersions: 18 } as const;
const served = [
  { key: kafkaApi.metadata, min: 2, max: 2 },
  { key: kafkaApi.apiVersions, min: 0, max: 2 },
] as const;
const unsupportedVersion = 35;
/** Size, api key, version, correlation id. */
const requestHeadBytes = 12;

function converse(socket: TLSSocket, config: ServerConfig): void {
  let held = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= requestHeadBytes) {
      const size = held.readUInt32BE(0);
      if (size < 8 || size > openingCapBytes) return void socket.destroy();
      if (held.length < 4 + size) return;
      const [key, version, correlation] = [held.readUInt16BE(4), held.readUInt16BE(6), held.readUInt32BE(8)];
      held = held.subarray(4 + size);
      if (key === kafkaApi.apiVersions) socket.write(sized(correlation, apiVersions(version)));
      else if (key === kafkaApi.metadata && version === 2) socket.write(sized(correlation, metadata(config)));
      else return void socket.destroy(); // what a broker does with a request that it does not know
    }
  });
}

function apiVersions(version: number): Buffer {
  const known = version <= 2;
  const list = served.map(({ key, min, max }) => shorts(key, min, max));
  const parts = [shorts(known ? 0 : unsupportedVersion), int(served.length), ...list];
  return Buffer.concat(known && version >= 1 ? [...parts, int(0)] : parts);
}

function metadata({ target, port }: ServerConfig): Buffer {
  const brokers = target.hosts.map((host, i) => Buffer.concat([int(i + 1), text(host), int(port), shorts(0xffff)]));
  return Buffer.concat([int(brokers.length), ...brokers, text(target.name), int(1), int(0)]);
}

function sized(correlation: number, body: Buffer): Buffer {
  return Buffer.concat([int(4 + body.length), int(correlation), body]);
}

function int(n: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(n | 0);
  return bytes;
}

function shorts(...all: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * all.length);
  for (const [i, n] of all.entries()) bytes.writeUInt16BE(n, 2 * i);
  return bytes;
}

const text = (value: string): Buffer => Buffer.concat([shorts(Buffer.byteLength(value)), Buffer.from(value)]);
