import type { Hostname, IpAddress, Policy, RoutePlan } from '../../../src/ir/index.ts';
import { type ConnectionEvent, type HostPort, type RunningRouter, startRouter } from '../../../src/router/index.ts';
import type { CustomerNetworks } from '../../../src/sim/network/index.ts';

/** What names resolve to and where addresses listen. Plain data, so that it can be sent to another process. */
export interface Destinations {
  /** Name → address inside its network, as the network's DNS answers. */
  readonly names: Readonly<Record<string, IpAddress>>;
  /** `address:port` → `127.0.0.1:port`. */
  readonly listeners: Readonly<Record<string, HostPort>>;
}

/** A router of the lab: in this process, or in a separate one that can be killed. */
export interface RouterHost {
  /** Where it listens, by listener key. */
  readonly listeners: Readonly<Record<string, HostPort>>;
  readonly readiness: HostPort;
  setPolicy(policy: Policy): Promise<void>;
  setDestinations(destinations: Destinations): Promise<void>;
  reload(plan: RoutePlan): Promise<void>;
  /** Ends it without a word, as a lost machine does. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export interface RouterHostOptions {
  readonly id: string;
  readonly plan: RoutePlan;
  readonly policy: Policy;
  readonly destinations: Destinations;
  readonly log?: (event: ConnectionEvent) => void;
}

/** Names may move from one connection to the next in a lab. */
const dnsSeconds = 1;

/** Starts the real router over loopback: names and addresses are truthful, only the last step is mapped. */
export async function startLabRouter(
  options: RouterHostOptions,
): Promise<{ readonly router: RunningRouter; move(destinations: Destinations): void }> {
  let { destinations } = options;
  const router = await startRouter({
    plan: options.plan,
    policy: options.policy,
    trust: ['127.0.0.0/8' as RoutePlan['trustedNetworks'][number]],
    bind: () => ({ host: '127.0.0.1', port: 0 }),
    resolve: async (name: Hostname) => {
      const address = destinations.names[name];
      return address === undefined ? [] : [{ address, ttlSeconds: dnsSeconds }];
    },
    // Nothing listens on port 1: an address without a server refuses, as it would out there.
    dial: (address, port) => destinations.listeners[`${address}:${port}`] ?? { host: '127.0.0.1', port: 1 },
    admin: { host: '127.0.0.1', port: 0 },
    ...(options.log && { log: options.log }),
  });
  return {
    router,
    move: (next) => {
      destinations = next;
    },
  };
}

/** Where a router's listeners are, as plain data. */
export function listenerAddresses(router: RunningRouter, plan: RoutePlan): Readonly<Record<string, HostPort>> {
  return Object.fromEntries(plan.listeners.map(({ key }) => [key, router.addressOf(key)]));
}

/** Lets a router listen at the address of a machine of the fleet. */
export function putOnMachine(
  networks: CustomerNetworks,
  address: string,
  { listeners, readiness }: Pick<RouterHost, 'listeners' | 'readiness'>,
  { plan, readinessPort }: { readonly plan: RoutePlan; readonly readinessPort: number },
): void {
  for (const { key, port } of plan.listeners) {
    const at = listeners[key];
    if (at) networks.listen(address, port, { host: '127.0.0.1', port: at.port });
  }
  networks.listen(address, readinessPort, { host: '127.0.0.1', port: readiness.port });
}

/** A router in this process. `kill` closes every socket at once. */
export async function startRouterInProcess(options: RouterHostOptions): Promise<RouterHost> {
  const { router, move } = await startLabRouter(options);
  const readiness = router.adminAddress;
  if (!readiness) throw new Error('a router with an admin address has none');
  return {
    listeners: listenerAddresses(router, options.plan),
    readiness,
    setPolicy: async (policy) => router.setPolicy(policy),
    setDestinations: async (destinations) => move(destinations),
    async reload(plan) {
      const result = await router.reload(plan);
      if (result.is === 'refused') throw new Error(result.diagnostics.map((each) => each.message).join('; '));
    },
    kill: () => router.close(),
    close: () => router.close(),
  };
}
