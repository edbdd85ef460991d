/**
 * What TLS on both sides costs in Node with nothing else: no reading of requests, no decision, no records. Each client has a
 * verified TLS connection of its own to the origin, and bytes are piped. It is the floor of every proxy in Node.
 *
 * node bench/inspection/bare-node.ts LISTEN_PORT UPSTREAM_PORT FOLDER PROTOCOL
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { benchName } from './certificates.ts';

const [listen = 0, upstream = 0] = process.argv.slice(2, 4).map(Number);
const [folder = '', protocol = 'http/1.1'] = process.argv.slice(4);
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const ca = read('servers.pem');
const server = createServer(
  { key: read('leaf.key'), cert: read('leaf.pem'), ALPNProtocols: [protocol], noDelay: true },
  (client) => {
    const origin = connect({
      host: '127.0.0.1',
      port: upstream,
      servername: benchName,
      ca,
      ALPNProtocols: [protocol],
    });
    client.on('error', () => origin.destroy());
    origin.on('error', () => client.destroy());
    client.pipe(origin);
    origin.pipe(client);
  },
);
server.listen(listen, '127.0.0.1', () => process.stderr.write('ready\n'));
process.on('SIGTERM', () => process.exit(0));
