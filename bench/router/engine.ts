/**
 * The node engine as a process of its own, with what it does in production switched on: PROXY v2, policy, log lines (to
 * standard output, which the benchmark throws away). Only the upstream's address is mapped to loopback, which a router
 * never follows by itself.
 *
 * node bench/router/engine.ts LISTEN_PORT UPSTREAM_PORT
 */
import type { Cidr, EndpointId, Hostname, IpAddress, Port } from '../../src/ir/index.ts';
import { defaultLimits, flowLog, startRouter } from '../../src/router/index.ts';

const [listen = 0, upstream = 0] = process.argv.slice(2).map(Number);
const log = flowLog({
  format: 'json',
  refusalLinesPerSecond: defaultLimits.refusalLinesPerSecond,
  now: () => performance.now(),
});
const router = await startRouter({
  plan: {
    version: 1,
    name: 'bench',
    listeners: [
      {
        key: 'l',
        port: listen as Port,
        clientPort: 443 as Port,
        speaks: ['tls'],
        identity: { by: 'endpoint' },
        routes: [
          {
            key: 'r',
            target: 'bench',
            match: { by: 'name', speech: 'tls', name: 'bench.test' as Hostname },
            allow: ['n-1'],
            action: { upstream: 'u', tls: 'passthrough' },
          },
        ],
      },
    ],
    upstreams: {
      u: {
        key: 'u',
        host: 'bench.test' as Hostname,
        port: upstream as Port,
        addresses: ['10.0.0.1' as IpAddress],
        network: 'bench',
        cidrs: ['10.0.0.0/8' as Cidr],
        reach: 'private',
        health: { kind: 'none', intervalSeconds: 10, rise: 1, fall: 1 },
        maxConnections: 100_000,
      },
    },
    trustedNetworks: ['127.0.0.0/8' as Cidr],
  },
  policy: { version: 1, endpoints: { ['vpce-0123456789abcdef0' as EndpointId]: 'n-1' } },
  bind: () => ({ host: '127.0.0.1', port: listen }),
  dial: () => ({ host: '127.0.0.1', port: upstream }),
  limits: { connections: 100_000, connectionsPerUpstream: 100_000, pendingOpenings: 20_000, openingsPerNcc: 20_000 },
  log: log.connection,
});
process.stderr.write('ready\n');
process.on('SIGTERM', () => void router.close().then(() => process.exit(0)));
