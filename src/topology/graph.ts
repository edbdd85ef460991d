import type {
  EndpointService,
  EngineName,
  Hostname,
  InfraPlan,
  Listener,
  Ncc,
  PlannedTarget,
  Port,
  RoutePlan,
  RouterListener,
  Rule,
  Upstream,
} from '../ir/index.ts';
import { type RouteTable, routeTable } from '../routing/index.ts';

export type ServiceRule = Extract<Rule, { kind: 'service' }>;
export type BucketRule = Extract<Rule, { kind: 's3' }>;

/** An NCC with its rules in reach by name, bucket and service. */
export interface NccNode {
  readonly ncc: Ncc;
  /** Its key alone, as decisions take it: made once, asked for by the hundred thousand. */
  readonly keys: readonly string[];
  /** The first rule that lists the name. A name in two rules is an inconsistent plan (see check.ts). */
  readonly byName: ReadonlyMap<Hostname, ServiceRule>;
  readonly byBucket: ReadonlyMap<string, BucketRule>;
  /** Rules to each endpoint service: each is an endpoint that clients of this NCC can dial. */
  readonly byService: ReadonlyMap<string, readonly ServiceRule[]>;
}

export interface ServiceNode {
  readonly service: EndpointService;
  readonly listeners: ReadonlyMap<Port, ListenerNode>;
}

export interface ListenerNode {
  readonly listener: Listener;
  /** Absent where the listener forwards straight to addresses, or where the route plan forgot it. */
  readonly router?: RouteTable;
}

/** The graph from workspace to upstream, with each step one look-up away. */
export interface Topology {
  readonly region: string;
  /** What executes the routes. */
  readonly engine: EngineName;
  /** What follows the bucket in the host name of every bucket of the region. */
  readonly bucketSuffix: string;
  readonly nccs: ReadonlyMap<string, NccNode>;
  /** By workspace. A workspace is in one NCC at most; the first one wins, two are an inconsistent plan. */
  readonly nccOf: ReadonlyMap<string, NccNode>;
  readonly services: ReadonlyMap<string, ServiceNode>;
  readonly upstreams: ReadonlyMap<string, Upstream>;
  /** The spec's target of each bucket. */
  readonly targetOfBucket: ReadonlyMap<string, string>;
  readonly targets: ReadonlyMap<string, PlannedTarget>;
  readonly infra: InfraPlan;
  readonly routes: RoutePlan;
}

/** The name of a bucket in its region, as clients use it. */
export const bucketHost = (bucket: string, region: string): Hostname =>
  `${bucket}.s3.${region}.amazonaws.com` as Hostname;

/** Indexes the two plans. Linear in their size; never throws, also for plans that do not fit each other. */
export function buildTopology(infra: InfraPlan, routes: RoutePlan): Topology {
  const routerListeners = new Map(routes.listeners.map((listener) => [listener.key, listener]));
  const nccs = new Map<string, NccNode>();
  const nccOf = new Map<string, NccNode>();
  for (const ncc of infra.nccs) {
    const node = nccNode(ncc);
    nccs.set(ncc.key, node);
    for (const workspace of ncc.workspaces) if (!nccOf.has(workspace.name)) nccOf.set(workspace.name, node);
  }
  const services = new Map<string, ServiceNode>();
  for (const service of infra.endpointServices) services.set(service.key, serviceNode(service, routerListeners));
  const upstreams = new Map(Object.entries(routes.upstreams));
  const targets = new Map(infra.targets.map((target) => [target.name, target]));
  const targetOfBucket = new Map(infra.targets.flatMap(({ name, buckets }) => buckets.map((bucket) => [bucket, name])));
  const { region } = infra.aws;
  const bucketSuffix = bucketHost('', region);
  const engine = infra.router?.engine ?? 'node';
  return { region, engine, bucketSuffix, nccs, nccOf, services, upstreams, targetOfBucket, targets, infra, routes };
}

function nccNode(ncc: Ncc): NccNode {
  const byName = new Map<Hostname, ServiceRule>();
  const byBucket = new Map<string, BucketRule>();
  const byService = new Map<string, ServiceRule[]>();
  for (const rule of ncc.rules) {
    if (rule.kind === 's3') {
      for (const bucket of rule.buckets) if (!byBucket.has(bucket)) byBucket.set(bucket, rule);
      continue;
    }
    const rules = byService.get(rule.service);
    if (rules) rules.push(rule);
    else byService.set(rule.service, [rule]);
    for (const name of rule.domains) if (!byName.has(name)) byName.set(name, rule);
  }
  return { ncc, keys: [ncc.key], byName, byBucket, byService };
}

function serviceNode(service: EndpointService, routers: ReadonlyMap<string, RouterListener>): ServiceNode {
  const listeners = new Map<Port, ListenerNode>();
  for (const listener of service.listeners) {
    const router = listener.forward.to === 'router' ? routers.get(listener.key) : undefined;
    if (!listeners.has(listener.port))
      listeners.set(listener.port, router ? { listener, router: routeTable(router) } : { listener });
  }
  return { service, listeners };
}
