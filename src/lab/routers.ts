import {
  type Checked,
  checkPolicy,
  checkRoutePlan,
  type FlowRecord,
  type InfraPlan,
  type Policy,
  parseCidr,
  type RoutePlan,
} from '../ir/index.ts';
import { type ConnectionEvent, type Issuer, type RunningRouter, startRouter } from '../router/index.ts';
import { allMachines, type Machine, targetHealth } from '../sim/aws/index.ts';
import { readConfiguration, type SimulatedAccounts } from '../sim/fill/index.ts';
import { type CustomerNetworks, type LoopbackAddress, type SimEvent, whyDropped } from '../sim/network/index.ts';
import { labRoutes } from './lab-routes.ts';
import type { Closing } from './servers.ts';

export interface RoutersOptions {
  readonly infra: InfraPlan;
  readonly accounts: SimulatedAccounts;
  readonly networks: CustomerNetworks;
  /** What the servers' certificates are verified against, in PEM. */
  readonly caPem: string;
  /** Signs for inspected names. */
  readonly issuer: Issuer | undefined;
  readonly log: (event: ConnectionEvent) => void;
  readonly flow: (record: FlowRecord) => void;
  readonly note: (sentence: string) => void;
}

/** The lab's load balancers are on loopback, not in the networks of the plan. */
const loopback = parseCidr('127.0.0.0/8');
/** More routers would test nothing more: flows are spread over two as over six. */
const routersCap = 2;
/** TTL of the lab's DNS answers. */
const dnsTtlSeconds = 5;

/**
 * Starts routers with the configuration in the bucket, and lets them listen at the addresses of the fleet's machines. Where the fleet has
 * more machines than the lab has routers, one router has several addresses.
 */
export async function startRouters(options: RoutersOptions, closing: Closing): Promise<readonly RunningRouter[]> {
  const { infra, accounts, networks } = options;
  const machines = allMachines(accounts.aws);
  const routers: RunningRouter[] = [];
  if (machines.length === 0) return routers;
  const plan = labRoutes(routesIn(accounts, infra), options.caPem);
  const policy = policyIn(accounts, infra);
  const reachable = (machine: Machine, address: string, port: number): LoopbackAddress | undefined =>
    whyDropped(accounts.aws, machine, { address, port }) ? undefined : networks.listenerAt(address, port);
  for (const machine of machines.slice(0, routersCap)) {
    const router = await startRouter({
      plan,
      policy,
      bind: () => ({ host: '127.0.0.1', port: 0 }),
      resolve: async (name) => networks.resolve(name).map((address) => ({ address, ttlSeconds: dnsTtlSeconds })),
      // An address without a listener, or to which AWS would drop packets, leads to a port that refuses.
      dial: (address, port) => reachable(machine, address, port) ?? { host: '127.0.0.1', port: 0 },
      trust: loopback ? [loopback] : [],
      ...(options.issuer && { issuer: options.issuer }),
      log: options.log,
      flows: options.flow,
      note: options.note,
      limits: { refusalLinesPerSecond: 1_000_000, flowsPerSecond: 1_000_000 }, // the check reads every one
      admin: { host: '127.0.0.1', port: 0 },
    });
    closing.push(() => router.close());
    routers.push(router);
  }
  for (const [i, { address }] of machines.entries()) {
    const router = routers[i % routers.length];
    if (!router) continue;
    for (const { key, port } of plan.listeners)
      networks.listen(address, port, { host: '127.0.0.1', port: router.addressOf(key).port });
    if (infra.router && router.adminAddress)
      networks.listen(address, infra.router.readinessPort, { host: '127.0.0.1', port: router.adminAddress.port });
  }
  return routers;
}

/** The endpoint map that is in the bucket. Empty before there is one, as for a machine at boot. */
export function policyIn(accounts: SimulatedAccounts, infra: InfraPlan): Policy {
  const found = readConfiguration(accounts, infra, 'policy');
  return found === undefined ? { version: 1, endpoints: {} } : valid(checkPolicy(found), 'the endpoint map');
}

const routesIn = (accounts: SimulatedAccounts, infra: InfraPlan): RoutePlan =>
  valid(checkRoutePlan(readConfiguration(accounts, infra, 'routes')), 'the routes');

function valid<T>(checked: Checked<T>, what: string): T {
  if (checked.is === 'bad')
    throw new Error(`${what} in the bucket: ${checked.diagnostics.map((each) => each.message).join('; ')}`);
  return checked.value;
}

/** Waits until the load balancers find the routers healthy. */
export function watchHealth({ aws }: SimulatedAccounts): {
  onNetwork(event: SimEvent): void;
  /** Whether every target that is a machine of the fleet is healthy, at the deadline at the latest. */
  settled(deadlineMs: number): Promise<boolean>;
} {
  let look = (): void => undefined;
  const healthy = (): boolean => {
    const addresses = new Set(aws.all('machine').map((each) => each.attributes.private_ip));
    return aws
      .all('aws_lb_target_group')
      .flatMap((group) => targetHealth(aws, group.id))
      .every(({ address, state }) => !addresses.has(address) || state === 'healthy');
  };
  return {
    onNetwork: (event) => event.is === 'target-health' && look(),
    settled: (deadlineMs) =>
      new Promise((done) => {
        const timer = setTimeout(() => done(false), deadlineMs);
        look = () => {
          if (!healthy()) return;
          clearTimeout(timer);
          done(true);
        };
        look();
      }),
  };
}
