import type { InfraPlan, IpAddress, RoutePlan } from '../ir/index.ts';
import { type RunningRouter, startFlowSocket } from '../router/index.ts';
import { text } from '../sim/aws/index.ts';
import { fillFromPlan, openAccounts, type SimulatedAccounts, serviceBehind } from '../sim/fill/index.ts';
import {
  type CustomerNetworks,
  createCustomerNetworks,
  type LoopbackAddress,
  type SimNetwork,
  startSimNetwork,
} from '../sim/network/index.ts';
import type { Spec, TargetType } from '../spec/index.ts';
import { buildTopology, type Topology } from '../topology/index.ts';
import { createLabCa, type LabCa } from './ca.ts';
import { type Client, clients } from './clients/index.ts';
import { type ConnectionLog, createConnectionLog } from './connection-log.ts';
import type { LabExtension } from './extension.ts';
import { createLabInspectionCa, type LabInspectionCa } from './inspection-ca.ts';
import { differencesFromPlan } from './lab-routes.ts';
import { policyIn, startRouters, watchHealth } from './routers.ts';

import { type Closing, isStandIn, startBuckets, startTargets } from './servers.ts';
import { startSocks } from './socks.ts';

export interface LabOptions {
  readonly spec: Spec;
  readonly infra: InfraPlan;
  readonly routes: RoutePlan;
  /** Accounts in which the plan was built. Default: accounts that are filled from the plan. */
  readonly accounts?: SimulatedAccounts;
  /** What `--with` asked for. Default none. */
  readonly extensions?: readonly LabExtension[];
  /** What readers of the flow socket must show. Absent: there is no flow socket. */
  readonly flowsToken?: string;
  /** Milliseconds since the epoch, for the certificates. */
  readonly nowMs: number;
  /** Called with messages while it runs: a SOCKS client that was refused, a note of a router. One sentence each. */
  readonly note?: (sentence: string) => void;
}

/** Everything on one machine, running. */
export interface Lab {
  readonly spec: Spec;
  readonly topology: Topology;
  /** Has issued the certificates of the servers. */
  readonly ca: LabCa;
  /** Issues what clients of inspected names see. Absent where nothing is inspected. */
  readonly inspectionCa: LabInspectionCa | undefined;
  /** The simulated accounts. After a change to them, call `refresh`. */
  readonly accounts: SimulatedAccounts;
  readonly network: SimNetwork;
  /** Names and addresses of the customer's networks. Tests let a wrong server listen at an address here. */
  readonly networks: CustomerNetworks;
  readonly log: ConnectionLog;
  /** Where each workspace's SOCKS5 server listens. */
  readonly socks: ReadonlyMap<string, LoopbackAddress>;
  /** Where the records of inspected requests are served, if a token was given. */
  readonly flows: LoopbackAddress | undefined;
  /** The client for each type of target. */
  readonly clients: Readonly<Record<TargetType, Client>>;
  /** Names of the targets whose servers implement only the start of their protocol. */
  readonly standIns: ReadonlySet<string>;
  /** Where the lab differs from the plan, one sentence each. */
  readonly warnings: readonly string[];
  /** Addresses of the endpoints that a workspace has at an endpoint service of the plan: what a hostile client dials. */
  endpointAddresses(workspace: string, service: string): readonly IpAddress[];
  /** Applies what has changed in the accounts: endpoints, listeners, the routers' endpoint map. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** Health checks as on AWS, with shorter intervals: a lab does not wait 150 s. */
const health = { intervalMs: 10_000, timeoutMs: 2_000, healthy: 1, unhealthy: 2 };
/** How long the lab waits until its load balancers find its routers healthy. Until then they fail open, which would prove less. */
const healthDeadlineMs = 5_000;

/** Starts servers, routers and networks. Rejects when something cannot be started; nothing stays open then. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const closing: Closing = [];
  const close = async (): Promise<void> => {
    for (const each of closing.splice(0).reverse()) await each().catch(() => undefined);
  };
  try {
    return await start(options, closing, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(options: LabOptions, closing: Closing, close: () => Promise<void>): Promise<Lab> {
  const { spec, infra, routes, extensions = [], note = () => undefined } = options;
  const accounts = options.accounts ?? (await filledAccounts(options));
  const { aws, databricks } = accounts;
  const ca = await createLabCa(options.nowMs);
  const inspectionCa = await createLabInspectionCa(routes, options.nowMs);
  const networks = createCustomerNetworks({ infra, routes, aws });
  const log = createConnectionLog();
  await startTargets({ spec, extensions, ca, networks }, closing);
  const s3 = await startBuckets(spec, accounts, ca, closing);
  const routers = await startRouters(
    {
      infra,
      accounts,
      networks,
      caPem: ca.pem,
      issuer: inspectionCa?.issuer,
      log: log.onRouter,
      flow: log.onFlow,
      note,
    },
    closing,
  );
  const checks = watchHealth(accounts);
  const network = await startSimNetwork({
    aws,
    databricks,
    networks,
    health,
    s3,
    onEvent(event) {
      log.onNetwork(event);
      checks.onNetwork(event);
    },
  });
  closing.push(network.close);
  if (!(await checks.settled(healthDeadlineMs))) note('a health check of a router failed: its target groups fail open');
  const socks = new Map<string, LoopbackAddress>();
  for (const { name } of spec.workspaces) {
    const server = await startSocks({ find: finder(network, name), note: (why) => note(`${name}: ${why}`) });
    closing.push(server.close);
    socks.set(name, server.address);
  }
  return {
    spec,
    topology: buildTopology(infra, routes),
    ca,
    inspectionCa,
    accounts,
    network,
    networks,
    log,
    socks,
    flows: await serveFlows(options.flowsToken, routers, closing),
    clients: Object.assign({}, clients, ...extensions.map((each) => each.clients ?? {})) as typeof clients,
    standIns: new Set(spec.targets.filter((target) => isStandIn(target, extensions)).map(({ name }) => name)),
    warnings: differencesFromPlan(spec, infra),
    endpointAddresses(workspace, key) {
      const planned = infra.endpointServices.find((each) => each.key === key);
      const service = serviceBehind(aws, planned?.nlb.name ?? '');
      return network.endpointAddresses(workspace, text(service.attributes, 'service_name'));
    },
    async refresh() {
      await network.refresh();
      const policy = policyIn(accounts, infra);
      for (const router of routers) router.setPolicy(policy);
    },
    close,
  };
}

/** The flow socket of all routers, as of the workers of one. */
async function serveFlows(
  token: string | undefined,
  routers: readonly RunningRouter[],
  closing: Closing,
): Promise<LoopbackAddress | undefined> {
  if (token === undefined) return undefined;
  const at = { by: 'tcp', host: '127.0.0.1', port: 0 } as const;
  const socket = await startFlowSocket({ at, token, sources: () => routers });
  closing.push(socket.close);
  return socket.at.by === 'tcp' ? { host: '127.0.0.1', port: socket.at.port } : undefined;
}

async function filledAccounts({ spec, infra, routes, nowMs }: LabOptions): Promise<SimulatedAccounts> {
  const accounts = openAccounts(infra, { limits: spec.limits, startMs: nowMs });
  await fillFromPlan(accounts, { infra, routes });
  return accounts;
}

/** Resolves a name and a port as the workspace does: its DNS, then the network. */
export const finder =
  (network: SimNetwork, workspace: string) =>
  (host: string, port: number): LoopbackAddress =>
    network.find(workspace, host, port);
