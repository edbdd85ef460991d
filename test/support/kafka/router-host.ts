import type { Hostname, IpAddress, Policy, RoutePlan } from '../../../src/ir/index.ts';
import { type ConnectionEvent, type HostPort, type RunningRouter, startRouter } from '../../../src/router/index.ts';
import type { SimRouter } from '../../../src/sim/network/index.ts';

/** Where names and addresses really are. Plain data, so that it can be sent to another process. */
export interface Whereabouts {
  /** Name → address inside its network, as the network's DNS answers. */
  readonly names: Readonly<Record<string, IpAddress>>;
  /** `address:port` → `127.0.0.1:port`. */
  readonly places: Readonly<Record<string, HostPort>>;
}

/** A router of the lab: in this process, or in one of its own that can be killed. */
export interface RouterHost {
  /** As the load balancers see it. */
  readonly sim: SimRouter;
  setPolicy(policy: Policy): Promise<void>;
  setWhereabouts(whereabouts: Whereabouts): Promise<void>;
  reload(plan: RoutePlan): Promise<void>;
  /** Ends it without a word, as a lost machine does. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export interface RouterHostOptions {
  readonly id: string;
  readonly plan: RoutePlan;
  readonly policy: Policy;
  readonly whereabouts: Whereabouts;
  readonly log?: (event: ConnectionEvent) => void;
}

/** Names may move from one connection to the next in a lab. */
const dnsSeconds = 1;

/** Starts the real router over loopback: names and addresses are truthful, only the last step is mapped. */
export async function startLabRouter(
  options: RouterHostOptions,
): Promise<{ readonly router: RunningRouter; move(whereabouts: Whereabouts): void }> {
  let { whereabouts } = options;
  const router = await startRouter({
    plan: options.plan,
    policy: options.policy,
    trust: ['127.0.0.0/8' as RoutePlan['trustedNetworks'][number]],
    bind: () => ({ host: '127.0.0.1', port: 0 }),
    resolve: async (name: Hostname) => {
      const address = whereabouts.names[name];
      return address === undefined ? [] : [{ address, ttlSeconds: dnsSeconds }];
    },
    // Nothing listens on port 1: an address without a server refuses, as it would out there.
    dial: (address, port) => whereabouts.places[`${address}:${port}`] ?? { host: '127.0.0.1', port: 1 },
    admin: { host: '127.0.0.1', port: 0 },
    ...(options.log && { log: options.log }),
  });
  return {
    router,
    move: (next) => {
      whereabouts = next;
    },
  };
}

/** The places of a router's listeners as plain data. */
export function listenerPlaces(router: RunningRouter, plan: RoutePlan): Readonly<Record<string, HostPort>> {
  return Object.fromEntries(plan.listeners.map(({ key }) => [key, router.addressOf(key)]));
}

type LoopbackPlace = SimRouter['readiness'];

/** What the load balancers need of a router. */
export function simRouter(id: string, places: Readonly<Record<string, HostPort>>, readiness: HostPort): SimRouter {
  const loopback = ({ port }: HostPort): LoopbackPlace => ({ host: '127.0.0.1', port });
  return {
    id,
    placeOf: (key) => {
      const place = places[key];
      return place && loopback(place);
    },
    readiness: loopback(readiness),
  };
}

/** A router in this process. `kill` closes every socket at once. */
export async function routerHere(options: RouterHostOptions): Promise<RouterHost> {
  const { router, move } = await startLabRouter(options);
  const readiness = router.adminAddress;
  if (!readiness) throw new Error('a router with an admin address has none');
  return {
    sim: simRouter(options.id, listenerPlaces(router, options.plan), readiness),
    setPolicy: async (policy) => router.setPolicy(policy),
    setWhereabouts: async (whereabouts) => move(whereabouts),
    async reload(plan) {
      const result = await router.reload(plan);
      if (result.is === 'refused') throw new Error(result.diagnostics.map((each) => each.message).join('; '));
    },
    kill: () => router.close(),
    close: () => router.close(),
  };
}
