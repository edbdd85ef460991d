import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hostname, InfraPlan, IpAddress, PlannedTarget, Port, RoutePlan } from '../../../src/ir/index.ts';
import { createLabCa } from '../../../src/lab/ca.ts';
import { type ClientView, clientProperties, user } from '../../../src/lab/kafka/client-view.ts';
import { type KafkaCluster, startKafka } from '../../../src/lab/kafka/cluster.ts';
import type { KafkaJars } from '../../../src/lab/kafka/jars.ts';
import { asLoopback, ownLoopback } from '../../../src/lab/kafka/loopback.ts';
import type { ConnectionEvent } from '../../../src/router/index.ts';
import { machinesOf, text, updateThing } from '../../../src/sim/aws/index.ts';
import {
  endpointMap,
  fillFromPlan,
  openAccounts,
  type SimulatedAccounts,
  serviceBehind,
} from '../../../src/sim/fill/index.ts';
import {
  createCustomerNetworks,
  type HealthTiming,
  type SimEvent,
  type SimNetwork,
  startSimNetwork,
} from '../../../src/sim/network/index.ts';
import {
  type Destinations,
  putOnMachine,
  type RouterHost,
  type RouterHostOptions,
  startRouterInProcess,
} from './router-host.ts';

export interface KafkaWorldOptions {
  readonly infra: InfraPlan;
  readonly routes: RoutePlan;
  /** The one Kafka target of the plan that gets real brokers. */
  readonly target: string;
  readonly jars: KafkaJars;
  /** Routers behind the load balancers. Default 1; none are started when no listener forwards to the fleet. */
  readonly routers?: number;
  /** How a router is started. Default: in this process. */
  readonly startRouter?: (options: RouterHostOptions) => Promise<RouterHost>;
  /** Another world whose brokers this one also serves: two designs over one cluster, for a comparison. */
  readonly brokersOf?: Pick<KafkaWorld, 'cluster' | 'ca'>;
  /** Changes something in the accounts before the network starts. */
  readonly change?: (accounts: SimulatedAccounts) => void;
  /** Default: quick, because the lab waits for it. */
  readonly health?: HealthTiming;
  readonly onEvent?: (event: SimEvent) => void;
}

/** A cluster with everything between it and the workspaces, on loopback. */
export interface KafkaWorld {
  readonly cluster: KafkaCluster;
  /** File with the CA of the brokers' certificates. */
  readonly ca: string;
  readonly network: SimNetwork;
  /** Log lines of the routers, in order. Bounded: the oldest go first. */
  readonly log: readonly ConnectionEvent[];
  routers(): readonly RouterHost[];
  /** Addresses of the endpoints that a workspace has at an endpoint service of the plan. */
  endpointAddresses(workspace: string, service: string): readonly IpAddress[];
  /** Starts one more router and puts it behind the load balancers. */
  addRouter(): Promise<RouterHost>;
  /** Files for a client in that workspace. */
  client(workspace: string): Promise<ClientView>;
  /** Files for a client that connects directly to the brokers: the baseline of a measurement. */
  direct(): Promise<ClientView>;
  /** The same client with every broker's name pointed at one address: what a client does that ignores DNS. */
  hostile(view: ClientView, address: string): Promise<ClientView>;
  /** The broker has another address now (same name): DNS and the address table follow. */
  restartBroker(id: number, options?: { readonly move?: boolean }): Promise<void>;
  readonly user: { readonly name: string; readonly password: string };
  close(): Promise<void>;
}

const logCap = 10_000;
const quickHealth: HealthTiming = { intervalMs: 500, timeoutMs: 2000, healthy: 2, unhealthy: 2 };

/** Starts the brokers, the routers and the network of a plan. Rejects with nothing left running. */
export async function startKafkaWorld(options: KafkaWorldOptions): Promise<KafkaWorld> {
  const { infra, routes, jars } = options;
  const target = infra.targets.find((each) => each.name === options.target);
  const port = target?.ports[0]?.port;
  if (!target || port === undefined) throw new Error(`the plan has no Kafka target ${options.target}`);
  const folder = await mkdtemp(join(tmpdir(), 'lakegate-kafka-world-'));
  const closers: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const each of closers.splice(0).reverse()) await each();
  };
  try {
    // Endpoints and brokers keep the clients' port, on addresses of 127.0.0.0/8 that no other lab uses.
    const loopback = ownLoopback();
    const clientPort = target.ports[0]?.clientPort ?? port;
    const { cluster, ca: caFile } =
      options.brokersOf ?? (await startBrokers(target, { folder, jars, port, clientPort, network: loopback }));
    if (!options.brokersOf) closers.push(() => cluster.close());

    const count = options.routers ?? 1;
    const accounts = await accountsOf(options, count);
    const networks = createCustomerNetworks({ infra, routes, aws: accounts.aws });
    const names: Record<string, IpAddress> = {};
    const listeners: Record<string, { host: string; port: number }> = {};
    /** Says where a broker is; under another address of its network when it has moved. */
    const locate = (id: number, move: boolean): void => {
      const broker = cluster.brokers().find((each) => each.id === id);
      if (!broker) throw new Error(`no broker ${id}`);
      const [home] = networks.addHost(target.network ?? 'hub', broker.host as Hostname);
      if (!home) throw new Error(`no address for ${broker.host}`);
      const address = move ? neighbour(names[broker.host] ?? home) : (names[broker.host] ?? home);
      names[broker.host] = address;
      listeners[`${address}:${port}`] = broker.address;
      networks.listen(address, port, asLoopback(broker.address));
    };
    for (const { id } of cluster.brokers()) locate(id, false);
    const destinations = (): Destinations => ({ names: { ...names }, listeners: { ...listeners } });

    const log: ConnectionEvent[] = [];
    const routers: RouterHost[] = [];
    /** Starts a router on the next machine of the fleet. */
    const addRouter = async (): Promise<RouterHost> => {
      const start = options.startRouter ?? startRouterInProcess;
      const router = await start({
        id: `router-${routers.length + 1}`,
        plan: routes,
        policy: endpointMap(accounts, infra),
        destinations: destinations(),
        log: (event) => {
          log.push(event);
          if (log.length > logCap) log.shift();
        },
      });
      closers.push(() => router.close());
      routers.push(router);
      const readinessPort = infra.router?.readinessPort ?? 0;
      putOnMachine(networks, machineOf(accounts, routers.length), router, { plan: routes, readinessPort });
      return router;
    };
    for (let n = 0; infra.router && n < count; n++) await addRouter();

    const network = await startSimNetwork({
      aws: accounts.aws,
      databricks: accounts.databricks,
      networks,
      health: options.health ?? quickHealth,
      bind: (endpoint: IpAddress, listenerPort: Port) => ({
        host: `${loopback}.${endpoint.split('.')[3] ?? '1'}`,
        port: listenerPort > 1023 ? listenerPort : 0,
      }),
      ...(options.onEvent && { onEvent: options.onEvent }),
    });
    closers.push(() => network.close());

    let views = 0;
    /** Writes the files of a client that resolves brokers so; a name without an address is unknown to it. */
    const view = async (resolve: (host: string) => string | undefined): Promise<ClientView> => {
      views += 1;
      const brokers = cluster.brokers();
      const lines = brokers.flatMap(({ host }) => {
        const address = resolve(host);
        return address === undefined ? [] : [`${address} ${host}`];
      });
      const bootstrap = brokers.map(({ host }) => `${host}:${clientPort}`).join(',');
      const hosts = join(folder, `hosts-${views}`);
      await writeFile(hosts, `127.0.0.1 localhost\n${lines.join('\n')}\n`);
      const properties = join(folder, `client-${views}.properties`);
      await writeFile(properties, clientProperties(bootstrap, caFile), { mode: 0o600 });
      return { properties, hosts, ca: caFile, bootstrap };
    };
    return {
      cluster,
      ca: caFile,
      network,
      log,
      endpointAddresses(workspace, key) {
        const planned = infra.endpointServices.find((each) => each.key === key);
        const service = serviceBehind(accounts.aws, planned?.nlb.name ?? '');
        return network.endpointAddresses(workspace, text(service.attributes, 'service_name'));
      },
      routers: () => routers,
      async addRouter() {
        const router = await addRouter();
        await network.refresh();
        return router;
      },
      user,
      client: (workspace) =>
        view((host) => {
          const address = network.resolve(workspace, host);
          return address && network.loopbackOf(address, clientPort).host;
        }),
      direct: () => view((host) => cluster.brokers().find((broker) => broker.host === host)?.address.host),
      async hostile(honest, address) {
        const hosts = `${honest.hosts}-hostile`;
        const lines = cluster.brokers().map(({ host }) => `${address} ${host}`);
        await writeFile(hosts, `127.0.0.1 localhost\n${lines.join('\n')}\n`);
        return { ...honest, hosts };
      },
      async restartBroker(id, { move = false } = {}) {
        await cluster.start(id, { move });
        locate(id, move);
        await Promise.all(routers.map((router) => router.setDestinations(destinations())));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Accounts with the plan in them, and so many machines in the fleet. */
async function accountsOf({ infra, routes, change }: KafkaWorldOptions, routers: number): Promise<SimulatedAccounts> {
  const accounts = openAccounts(infra);
  const router = infra.router && { ...infra.router, min: routers, max: Math.max(routers, infra.router.max) };
  await fillFromPlan(accounts, { infra: { ...infra, ...(router && { router }) }, routes });
  change?.(accounts);
  return accounts;
}

/** The address of the nth machine of the fleet, which grows where it has fewer. */
function machineOf({ aws, caller }: SimulatedAccounts, count: number): string {
  const [fleet] = aws.all('aws_autoscaling_group');
  if (!fleet) throw new Error('the plan has no auto scaling group');
  if (machinesOf(aws, fleet).length < count)
    updateThing(aws, caller, fleet, { ...fleet.attributes, desired_capacity: count });
  return machinesOf(aws, fleet)[count - 1]?.address ?? '';
}

/** The target's brokers with certificates of an authority of their own, which goes into `folder`. */
async function startBrokers(
  target: PlannedTarget,
  at: { folder: string; jars: KafkaJars; port: Port; clientPort: Port; network: string },
): Promise<{ readonly cluster: KafkaCluster; readonly ca: string }> {
  const authority = await createLabCa(Date.now());
  const ca = join(at.folder, 'ca.pem');
  await writeFile(ca, authority.pem);
  const cluster = await startKafka({
    hosts: target.hosts,
    advertisedPort: at.clientPort,
    bind: (id, moves) => ({ host: `${at.network}.${200 + id + 20 * moves}`, port: at.port }),
    user,
    java: at.jars.java,
    jars: at.jars.folder,
    certificate: async (host) => {
      const leaf = await authority.issue([host], target.name);
      return { keyAndChainPem: `${leaf.key}\n${leaf.cert}\n`, caPem: authority.pem };
    },
  });
  return { cluster, ca };
}

/** The next address of the same network: what DNS answers after a broker was replaced. */
function neighbour(address: IpAddress): IpAddress {
  const parts = address.split('.').map(Number);
  parts[3] = ((parts[3] ?? 0) + 101) % 250 || 1;
  return parts.join('.') as IpAddress;
}
