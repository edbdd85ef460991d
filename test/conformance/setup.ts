import type {
  Cidr,
  EndpointId,
  Hostname,
  Identity,
  IpAddress,
  Policy,
  Port,
  Route,
  RoutePlan,
  RouterListener,
  Speech,
  Upstream,
} from '../../src/ir/index.ts';
import type { Place } from './clients.ts';

/** What a case needs: a plan, a policy, and where the plan's addresses really are. */
export interface Setup {
  readonly plan: RoutePlan;
  readonly policy: Policy;
  /** By the address of an upstream. An address that is not here leads nowhere. */
  readonly places: ReadonlyMap<string, Place>;
}

export interface RouteWish {
  /** Absent: the route of the port. */
  readonly name?: string;
  /** Default: the listener's first speech. */
  readonly speech?: Exclude<Speech, 'tcp'>;
  /** Prefix of an inspected route. */
  readonly path?: string;
  /** Port of the backend on loopback. */
  readonly to: number;
  readonly allow?: readonly string[];
  readonly action?: Partial<Route['action']>;
  readonly upstream?: Partial<Upstream>;
}

export interface ListenerWish {
  readonly key: string;
  readonly speaks: readonly Speech[];
  readonly identity?: Identity;
  readonly clientPort?: number;
  readonly routes: readonly RouteWish[];
}

export const endpointA = 'vpce-0aaaaaaaaaaaaaaaa';
export const endpointB = 'vpce-0bbbbbbbbbbbbbbbb';
export const twoNccs: Policy = {
  version: 1,
  endpoints: { [endpointA as EndpointId]: 'n-1', [endpointB as EndpointId]: 'n-2' },
};

/** Routes admit `n-1` unless they say otherwise; every route has its own upstream at `10.50.0.x`. */
export function setupOf(listeners: readonly ListenerWish[], policy: Policy = twoNccs): Setup {
  const upstreams: Record<string, Upstream> = {};
  const places = new Map<string, Place>();
  const made = listeners.map(
    ({ key, speaks, identity, clientPort = 443, routes }, l): RouterListener => ({
      key,
      port: (20_000 + l) as Port,
      clientPort: clientPort as Port,
      speaks,
      identity: identity ?? { by: 'endpoint' },
      routes: routes.map((wish, r): Route => {
        const upstream = `u-${l}-${r}`;
        // Room for ten thousand routes on one of the first listeners.
        const address = `10.50.${(40 * l + ((r + 1) >> 8)) % 256}.${(r + 1) % 256}` as IpAddress;
        places.set(address, { host: '127.0.0.1', port: wish.to });
        upstreams[upstream] = {
          key: upstream,
          host: (wish.name ?? `port-${l}.test`) as Hostname,
          port: (wish.to || 1) as Port,
          addresses: [address],
          network: 'core',
          cidrs: ['10.50.0.0/16' as Cidr],
          reach: 'private',
          health: { kind: 'none', intervalSeconds: 10, rise: 2, fall: 3 },
          ...(wish.action?.tls === 'inspect' && { tls: { name: (wish.name ?? `port-${l}.test`) as Hostname } }),
          ...wish.upstream,
        };
        const first = speaks[0] ?? 'tcp';
        const speech = wish.speech ?? (first === 'tcp' ? 'tls' : first);
        return {
          key: `${wish.name ?? key}-${r}`,
          target: `target-${wish.name ?? key}`,
          match:
            wish.name === undefined
              ? { by: 'port' }
              : {
                  by: 'name',
                  speech,
                  name: wish.name as Hostname,
                  ...(wish.path !== undefined && { path: wish.path }),
                },
          allow: wish.allow ?? ['n-1'],
          action: { upstream, tls: 'passthrough', ...wish.action },
        };
      }),
    }),
  );
  const inspected = made.flatMap(({ routes }) =>
    routes.flatMap(({ match, action }) => (action.tls === 'inspect' && match.by === 'name' ? [match.name] : [])),
  );
  return {
    plan: {
      version: 1,
      name: 'conformance',
      listeners: made,
      upstreams,
      trustedNetworks: ['127.0.0.0/8' as Cidr],
      ...(inspected.length > 0 && {
        inspection: { issuer: { by: 'secret', name: 'issuer' }, names: [...new Set(inspected)].sort() },
      }),
    },
    policy,
    places,
  };
}
