import { type InfraPlan, type IpAddress, type Policy, parseCidr, type RoutePlan } from '../ir/index.ts';
import { type RunningRouter, startRouter } from '../router/index.ts';
import {
  type AddressBook,
  createAddressBook,
  type Place,
  type SimEvent,
  type SimNetwork,
  startSimNetwork,
} from '../sim/network/index.ts';
import type { Spec, Target, TargetType } from '../spec/index.ts';
import { buildTopology, type Topology } from '../topology/index.ts';
import { asBuilt, differencesOf } from './as-built.ts';
import { createLabCa, type LabCa } from './ca.ts';
import { type Client, clients } from './clients/index.ts';
import type { LabExtension } from './extension.ts';
import { createLogBook, type LogBook } from './log-book.ts';
import { startSocks } from './socks.ts';
import { createPostgresEngine, type Identity, startS3, type TargetServer, targetKinds } from './targets/index.ts';

export interface LabOptions {
  readonly spec: Spec;
  readonly infra: InfraPlan;
  readonly routes: RoutePlan;
  /** What `--with` asked for. Default none. */
  readonly extensions?: readonly LabExtension[];
  /** Milliseconds since the epoch, for the certificates. */
  readonly nowMs: number;
  /** Remarks while it runs: a SOCKS client that was refused, a router's note. One sentence each. */
  readonly note?: (sentence: string) => void;
}

/** Everything on one machine, running. */
export interface Lab {
  readonly spec: Spec;
  readonly topology: Topology;
  readonly ca: LabCa;
  readonly network: SimNetwork;
  /** Names and addresses of the networks. Tests put a wrong server behind an address here. */
  readonly book: AddressBook;
  readonly log: LogBook;
  /** Tells the routers which endpoint belongs to which NCC, as converge does. The right one is set from the start. */
  setPolicy(policy: Policy): void;
  /** Where each workspace's SOCKS5 server listens. */
  readonly socks: ReadonlyMap<string, Place>;
  /** Who calls a type of target. */
  readonly clients: Readonly<Record<TargetType, Client>>;
  /** Names of the targets whose servers play the opening only. */
  readonly standIns: ReadonlySet<string>;
  /** What the plan asks of the router and this one does not do, one sentence each. */
  readonly warnings: readonly string[];
  close(): Promise<void>;
}

/** The lab's load balancers are on loopback, whatever the plan says of their networks. */
const loopback = parseCidr('127.0.0.0/8');
/** More routers than this show nothing new: flows spread over two as over six. */
const routersCap = 2;
/** Health as on AWS, but soon: nobody waits 150 s for a lab. */
const health = { intervalMs: 10_000, timeoutMs: 2_000, healthy: 1, unhealthy: 2 };
/** How long the lab waits until its load balancers find its routers healthy. Without it they fail open, which works and proves less. */
const healthDeadlineMs = 5_000;
/** Answers of the lab's DNS may be kept this long. */
const dnsTtlSeconds = 5;

/** Starts servers, routers and networks. Rejects when something cannot be started; nothing stays open then. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const closing: (() => Promise<void>)[] = [];
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

async function start(options: LabOptions, closing: (() => Promise<void>)[], close: () => Promise<void>): Promise<Lab> {
  const { spec, infra, routes, note = () => undefined } = options;
  const ca = await createLabCa(options.nowMs);
  const book = createAddressBook(infra, routes);
  const log = createLogBook();
  await startTargets(options, ca, book, closing);
  const s3 = await startBuckets(spec, infra, ca, closing);
  const routers = await startRouters(options, book, log, closing);
  const checks = createHealthWatch();
  const network = await startSimNetwork({
    infra,
    routes,
    book,
    health,
    s3: (rule) => s3.get(rule.key),
    onEvent(event) {
      log.onNetwork(event);
      checks.onNetwork(event);
    },
  });
  closing.push(network.close);
  const setPolicy = (policy: Policy): void => {
    for (const router of routers) router.setPolicy(policy);
  };
  setPolicy(network.policy);
  for (const [i, router] of routers.entries()) {
    network.register({
      id: `router-${i + 1}`,
      placeOf: (listener) => ({ host: '127.0.0.1', port: router.addressOf(listener).port }),
      readiness: router.adminAddress && { host: '127.0.0.1', port: router.adminAddress.port },
    });
  }
  const healthy = await checks.settled(routers.length * routes.listeners.length, healthDeadlineMs);
  if (!healthy) note('a health check of a router failed: its target groups fail open');
  const socks = new Map<string, Place>();
  for (const { name } of spec.workspaces) {
    const server = await startSocks({ find: finder(network, name), note: (why) => note(`${name}: ${why}`) });
    closing.push(server.close);
    socks.set(name, server.place);
  }
  const standIns = spec.targets.filter((target) => isStandIn(target, options.extensions ?? [])).map(({ name }) => name);
  return {
    spec,
    topology: buildTopology(infra, routes),
    ca,
    network,
    book,
    log,
    setPolicy,
    socks,
    clients: Object.assign(
      {},
      clients,
      ...(options.extensions ?? []).map((each) => each.clients ?? {}),
    ) as typeof clients,
    standIns: new Set(standIns),
    warnings: differencesOf(infra, routes),
    close,
  };
}

/** How a workspace gets from a name to a socket: its DNS, then the network. */
export const finder =
  (network: SimNetwork, workspace: string) =>
  (host: string, port: number): Place =>
    network.find(workspace, host, port);

function isStandIn(target: Target, extensions: readonly LabExtension[]): boolean {
  if (target.type === 's3') return true;
  const { type } = target;
  return (extensions.find((each) => each.types.includes(type)) ?? targetKinds[type]).standIn;
}

/** One server for each host and port of each target, at its address in its network. */
async function startTargets(
  { spec, extensions = [] }: LabOptions,
  ca: LabCa,
  book: AddressBook,
  closing: (() => Promise<void>)[],
): Promise<void> {
  const postgres = createPostgresEngine();
  closing.push(postgres.close);
  const addresses: (readonly IpAddress[])[] = [];
  const identities: Identity[] = [];
  for (const target of spec.targets)
    for (const host of target.hosts) {
      const entered = book.enter(target.network ?? '', host, target.addresses);
      for (const port of target.ports) {
        identities.push({ target, host, port, postgres, caPem: ca.pem, leaf: await ca.issue([host], target.name) });
        addresses.push(entered);
      }
    }
  const servers = new Map<Identity, TargetServer>();
  const keep = (identity: Identity, server: TargetServer): void => {
    servers.set(identity, server);
    closing.push(server.close);
  };
  const taken = new Set<Identity>();
  for (const extension of extensions) {
    const theirs = identities.filter(({ target }) => target.type !== 's3' && extension.types.includes(target.type));
    for (const each of theirs) taken.add(each);
    const started = theirs.length > 0 ? await extension.start(theirs) : [];
    for (const [i, server] of started.entries()) {
      const identity = theirs[i];
      if (identity) keep(identity, server);
    }
  }
  const own = identities.filter((identity) => !taken.has(identity));
  await Promise.all(
    own.map(async (each) => each.target.type !== 's3' && keep(each, await targetKinds[each.target.type].start(each))),
  );
  for (const [i, identity] of identities.entries()) {
    const server = servers.get(identity);
    if (server) for (const address of addresses[i] ?? []) book.serve(address, identity.port, server.place);
  }
}

/** S3 as each S3 rule shows it. */
async function startBuckets(
  spec: Spec,
  infra: InfraPlan,
  ca: LabCa,
  closing: (() => Promise<void>)[],
): Promise<ReadonlyMap<string, Place>> {
  const places = new Map<string, Place>();
  const ownerOf = (bucket: string): string =>
    spec.targets.find((target) => target.buckets.includes(bucket))?.name ?? '';
  for (const rule of infra.nccs.flatMap((ncc) => ncc.rules)) {
    if (rule.kind !== 's3') continue;
    const leaf = await ca.issue([`*.s3.${infra.aws.region}.amazonaws.com`], 's3');
    const server = await startS3(
      infra.aws.region,
      new Map(rule.buckets.map((bucket) => [bucket, ownerOf(bucket)])),
      leaf,
    );
    closing.push(server.close);
    places.set(rule.key, server.place);
  }
  return places;
}

async function startRouters(
  { infra, routes, note = () => undefined }: LabOptions,
  book: AddressBook,
  log: LogBook,
  closing: (() => Promise<void>)[],
): Promise<readonly RunningRouter[]> {
  const routers: RunningRouter[] = [];
  for (let i = 0; i < Math.min(infra.router?.min ?? 0, routersCap); i++) {
    const router = await startRouter({
      plan: asBuilt(routes),
      policy: { version: 1, endpoints: {} },
      bind: () => ({ host: '127.0.0.1', port: 0 }),
      resolve: async (name) => book.resolve(name).map((address) => ({ address, ttlSeconds: dnsTtlSeconds })),
      // An address that nobody has entered leads to a port that refuses, as a wrong address in a network would.
      dial: (address, port) => book.placeOf(address, port) ?? { host: '127.0.0.1', port: 0 },
      trust: loopback ? [loopback] : [],
      log: log.onRouter,
      note,
      limits: { refusalLinesPerSecond: 1_000_000 }, // the check reads every line
      admin: { host: '127.0.0.1', port: 0 },
    });
    closing.push(() => router.close());
    routers.push(router);
  }
  return routers;
}

/** Waits until the load balancers find the routers healthy. */
function createHealthWatch(): {
  onNetwork(event: SimEvent): void;
  /** Whether so many members of listeners are healthy, at the deadline at the latest. */
  settled(count: number, deadlineMs: number): Promise<boolean>;
} {
  const healthy = new Set<string>();
  let look = (): void => undefined;
  return {
    onNetwork(event) {
      if (event.is !== 'member-health' || event.state !== 'healthy' || !event.member.startsWith('router-')) return;
      healthy.add(`${event.listener} ${event.member}`);
      look();
    },
    settled: (count, deadlineMs) =>
      new Promise((done) => {
        const timer = setTimeout(() => done(false), deadlineMs);
        look = () => {
          if (healthy.size < count) return;
          clearTimeout(timer);
          done(true);
        };
        look();
      }),
  };
}
