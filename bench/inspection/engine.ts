/**
 * The node engine as a process of its own, with inspection as in production: log lines and flow records are switched on
 * (both to standard output, which the benchmark throws away), the upstream is verified. Only the upstream's address is mapped
 * to loopback, which a router never follows by itself.
 *
 * node bench/inspection/engine.ts LISTEN_PORT UPSTREAM_PORT FOLDER
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cidr, Hostname, IpAddress, Port } from '../../src/ir/index.ts';
import { defaultLimits, flowLog, startRouter } from '../../src/router/index.ts';
import { benchName } from './certificates.ts';

const [listen = 0, upstream = 0] = process.argv.slice(2).map(Number);
const folder = process.argv[4] ?? '';
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const log = flowLog({
  format: 'json',
  refusalLinesPerSecond: defaultLimits.refusalLinesPerSecond,
  now: () => performance.now(),
});
const name = benchName as Hostname;
const material = { keyPem: read('issuer.key'), chain: [read('issuer.pem')], ticketSecret: new Uint8Array(32).fill(7) };
const router = await startRouter({
  plan: {
    version: 1,
    name: 'bench',
    listeners: [
      {
        key: 'l',
        port: listen as Port,
        clientPort: listen as Port,
        speaks: ['tls'],
        identity: { by: 'listener', nccs: ['n-1'] },
        routes: [
          {
            key: 'r',
            target: 'bench',
            match: { by: 'name', speech: 'tls', name },
            allow: ['n-1'],
            action: { upstream: 'u', tls: 'inspect', paths: { allow: ['/**'], deny: ['/admin/**'] } },
          },
        ],
      },
    ],
    upstreams: {
      u: {
        key: 'u',
        host: name,
        port: upstream as Port,
        addresses: ['10.0.0.1' as IpAddress],
        network: 'bench',
        cidrs: ['10.0.0.0/8' as Cidr],
        reach: 'private',
        health: { kind: 'none', intervalSeconds: 10, rise: 1, fall: 1 },
        maxConnections: 100_000,
        tls: { name, ca: [read('servers.pem')] },
      },
    },
    inspection: { issuer: { by: 'file', path: 'issuer' }, names: [name] },
    trustedNetworks: ['127.0.0.0/8' as Cidr],
  },
  policy: { version: 1, endpoints: {} },
  bind: () => ({ host: '127.0.0.1', port: listen }),
  dial: () => ({ host: '127.0.0.1', port: upstream }),
  limits: { handshakesPerSecondPerNcc: 1_000_000, handshakesPerNcc: 10_000, inspectedPerNcc: 50_000 },
  issuer: { current: () => material },
  log: log.connection,
});
process.stderr.write('ready\n');
process.on('SIGTERM', () => void router.close().then(() => process.exit(0)));
