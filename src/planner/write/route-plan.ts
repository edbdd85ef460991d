import type {
  Cidr,
  Hostname,
  Ncc,
  Route,
  RouteAction,
  RouteFlows,
  RoutePlan,
  RouterListener,
  Speech,
  Upstream,
} from '../../ir/index.ts';
import { byText } from '../../ir/index.ts';
import type { Network, Spec } from '../../spec/index.ts';
import { type Bits, membersOf } from '../access/bits.ts';
import type { AllocatedService } from '../lock/allocated-services.ts';
import type { Demand } from '../placement/placement-units.ts';
import { issuerSecret } from './run-time-names.ts';
import { signedNames } from './signed-names.ts';

/** Seconds between health checks of an upstream, and how many in a row decide. */
const health = { intervalSeconds: 10, rise: 2, fall: 3 };

/** What was decided before routes are written. */
export interface RoutesOptions {
  readonly services: readonly AllocatedService[];
  /** By index. */
  readonly nccs: readonly Pick<Ncc, 'key' | 'workspaces'>[];
  /** Networks that load balancers connect from. */
  readonly trustedNetworks: readonly Cidr[];
  /** What the hub's own addresses are, for networks of `reach: hub` that state none. */
  readonly hubCidrs: readonly Cidr[];
}

/** What the routers execute. Listeners without a router are not in it. */
export function routePlan(spec: Spec, { services, nccs, trustedNetworks, hubCidrs }: RoutesOptions): RoutePlan {
  const networks = new Map(spec.networks.map((network) => [network.name, network]));
  const upstreams = new Map<string, Upstream>();
  const keysOf = memo((bits: Bits) => membersOf(bits).map((index) => nccs[index]?.key ?? ''));
  const listeners: RouterListener[] = [];
  const inspected = new Set<Hostname>();
  for (const service of services)
    for (const listener of service.listeners) {
      if (listener.forwarding.by !== 'router') continue;
      const routes: Route[] = [];
      for (const demand of listener.demands) {
        const upstream = upstreamOf(demand, networks.get(demand.target.network ?? ''), hubCidrs);
        upstreams.set(upstream.key, upstream);
        if (demand.target.tls === 'inspect') for (const host of demand.hosts) inspected.add(host);
        routes.push(routeOf(demand, upstream.key, listener.port, keysOf(demand.grants)));
      }
      const [first] = listener.demands;
      const family = first?.sharing === 'mysql' || first?.sharing === 'mariadb' ? first.sharing : undefined;
      listeners.push({
        key: listener.key,
        port: listener.forwarding.routerPort,
        clientPort: listener.port,
        speaks: speechesOf(listener.demands),
        identity: listener.demands.every((demand) => demand.identified)
          ? { by: 'endpoint' }
          : { by: 'listener', nccs: keysOf(service.audience) },
        routes,
        ...(family === undefined ? {} : { mysqlFamily: family }),
      });
    }
  return {
    version: 1,
    name: spec.name,
    listeners,
    upstreams: Object.fromEntries([...upstreams].sort(([a], [b]) => byText(a, b))),
    trustedNetworks,
    ...(inspected.size > 0 && {
      inspection: {
        issuer: { by: 'secret', name: issuerSecret(spec) },
        names: signedNames(spec, inspected),
        flows: flowsOf(spec, nccs),
      },
    }),
  };
}

/** What is recorded of requests, and by which names their workspaces are called. */
function flowsOf({ inspection }: Spec, nccs: RoutesOptions['nccs']): RouteFlows {
  const { redact = [], sample = 1, bodies = [] } = inspection?.flows ?? {};
  return {
    workspaces: Object.fromEntries(nccs.map(({ key, workspaces }) => [key, workspaces.map(({ name }) => name)])),
    ...(redact.length > 0 && { redact: [...redact].sort(byText) }),
    ...(sample < 1 && { sample }),
    ...(bodies.length > 0 && { bodies: [...bodies].sort((a, b) => byText(a.target, b.target)) }),
  };
}

function routeOf(demand: Demand, upstream: string, clientPort: number, allow: readonly string[]): Route {
  const { target } = demand;
  const host = demand.hosts[0] ?? ('' as Hostname);
  const action: RouteAction = {
    upstream,
    tls: target.tls,
    ...(target.paths ? { paths: target.paths } : {}),
    ...(target.upstream?.prefix === undefined ? {} : { rewrite: target.upstream.prefix }),
    ...(demand.isDefault ? { isDefault: true } : {}),
    // Kafka's Java client takes a TLS alert for a failed authentication and gives up; a reset it tries again.
    ...(target.kafka ? { unavailable: 'reset' as const } : {}),
  };
  if (demand.sharing !== 'alone' && target.speaks !== 'tcp')
    return {
      key: `${target.name}/${host}:${clientPort}`,
      target: target.name,
      match: {
        by: 'name',
        speech: target.speaks,
        name: host,
        ...(target.path === undefined ? {} : { path: target.path }),
      },
      allow,
      action,
    };
  const key = demand.hosts.length === target.hosts.length ? target.name : `${target.name}/${host}`;
  return { key: `${key}:${clientPort}`, target: target.name, match: { by: 'port' }, allow, action };
}

function speechesOf(demands: readonly Demand[]): readonly Speech[] {
  const spoken = new Set(demands.map((demand) => demand.target.speaks));
  return (['tls', 'postgres', 'http', 'mysql', 'tcp'] as const).filter((speech) => spoken.has(speech));
}

function upstreamOf(
  { target, hosts, port }: Demand,
  network: Network | undefined,
  hubCidrs: readonly Cidr[],
): Upstream {
  const named = hosts[0] ?? ('' as Hostname);
  const host = target.upstream?.host ?? named;
  const ca = target.upstream?.ca ?? [];
  const isPublic = network?.reach === 'internet';
  const own = network?.cidrs ?? [];
  return {
    key: `${target.name}/${named}:${port}`,
    host,
    port: target.upstream?.port ?? port,
    ...(target.addresses.length > 0 ? { addresses: target.addresses } : {}),
    network: target.network ?? '',
    cidrs: isPublic ? [] : own.length === 0 && network?.reach === 'hub' ? hubCidrs : own,
    reach: isPublic ? 'public' : 'private',
    ...(network && network.dns.length > 0 ? { resolvers: network.dns } : {}),
    health: { kind: target.health, ...health },
    ...(target.maxConnections === undefined ? {} : { maxConnections: target.maxConnections }),
    onMove: target.onMove,
    ...(target.tls === 'inspect'
      ? { tls: { name: target.upstream?.tlsName ?? host, ...(ca.length > 0 ? { ca } : {}) } }
      : {}),
  };
}

function memo<T>(work: (bits: Bits) => T): (bits: Bits) => T {
  const known = new Map<Bits, T>();
  return (bits) => {
    const before = known.get(bits);
    if (before !== undefined) return before;
    const made = work(bits);
    known.set(bits, made);
    return made;
  };
}
