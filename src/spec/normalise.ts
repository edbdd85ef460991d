import {
  type Cidr,
  type Hostname,
  type IpAddress,
  type Port,
  parseCidr,
  parseHostname,
  parseIpv4,
  parsePort,
  symbolicBroker,
} from '../ir/index.ts';
import type { Raw, RawSpec } from './raw-spec.ts';
import { loadSchema } from './schema.ts';
import type { Grant, Kafka, Network, Spec, SpecHub, Target, TargetUpstream, Workspace } from './spec.ts';
import { kafkaPorts, type RoutingKind, targetTypes } from './target-types.ts';

type RawBackend = NonNullable<NonNullable<RawSpec['aws']>['terraform']>['backend']['s3'];

const backendOf = ({ kms_key: kmsKey, ...backend }: RawBackend): Spec['aws']['backend'] => ({
  bucket: backend.bucket,
  lock: backend.lock,
  ...(kmsKey !== undefined && { kmsKey }),
  ...(backend.region !== undefined && { region: backend.region }),
  ...(backend.key !== undefined && { key: backend.key }),
  ...(backend.role !== undefined && { role: backend.role }),
});

/** A raw spec without errors → the Spec, with every default filled in. Order is the file's. */
export function normalise(raw: RawSpec): Spec {
  const { aws, databricks, hub, name } = raw;
  if (!aws || !databricks || !name) throw new Error('a spec without errors has a name, aws and databricks');
  const backend = aws.terraform?.backend.s3;
  const targets = values(raw.targets).map(([key, target]) => targetOf(key, target));
  const load = raw.load ?? loadSchema.parse({});
  const inspection = inspectionOf(raw, name, targets);
  return {
    name,
    aws: {
      region: aws.region,
      account: aws.account,
      tags: { ...aws.tags },
      ...(backend && { backend: backendOf(backend) }),
    },
    databricks: {
      accountId: databricks.account_id.toLowerCase(),
      partition: databricks.partition,
      ...(databricks.network_policy !== undefined && { networkPolicy: databricks.network_policy }),
    },
    limits: { ...raw.limits },
    isolation: raw.isolation ?? 'strict',
    optimize: raw.optimize ?? 'endpoints',
    shareNcc: raw.shareNcc.flatMap((names) => (names ? [names] : [])),
    load: { connections: load.connections, gbPerMonth: load.gb_per_month, peakMbps: load.peak_mbps },
    workspaces: values(raw.workspaces).map(([key, workspace]) => workspaceOf(key, workspace)),
    ...(hub && { hub: hubOf(hub) }),
    networks: values(raw.networks).map(([key, network]) => networkOf(key, network, raw)),
    targets,
    access: grantsOf(raw),
    ...(inspection && { inspection }),
    credentials: values(raw.credentials).map(([key, { type, external_id, kafka }]) => ({
      name: key,
      type,
      externalId: external_id,
      ...(kafka && { kafka }),
    })),
  };
}

function values<T>(named: ReadonlyMap<string, { readonly value?: T }>): readonly (readonly [string, T])[] {
  return [...named].flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value] as const]));
}

const workspaceOf = (name: string, { id, create }: Raw<'workspaces'>): Workspace => ({
  name,
  ...(id !== undefined && { id }),
  ...(create && { create }),
});

function hubOf({ vpc, router, deletion_protection }: NonNullable<RawSpec['hub']>): SpecHub {
  const { create, id, subnets } = vpc;
  return {
    vpc: create
      ? { kind: 'create', cidr: cidr(create.cidr), zones: create.zones, internet: create.internet }
      : { kind: 'existing', id: id ?? '', subnets: subnets ?? [] },
    router,
    deletionProtection: deletion_protection,
  };
}

function networkOf(name: string, network: Raw<'networks'>, raw: RawSpec): Network {
  const { reach, transit_gateway, account, vpc, assume_role, private_zones } = network;
  const hubCidr = raw.hub?.vpc.create?.cidr;
  const cidrs = network.cidrs ?? (reach === 'hub' && hubCidr !== undefined ? [hubCidr] : []);
  return {
    name,
    reach,
    ...(transit_gateway !== undefined && { transitGateway: transit_gateway }),
    ...(account !== undefined && { account }),
    ...(vpc !== undefined && { vpc }),
    cidrs: cidrs.map(cidr),
    dns: (network.dns ?? []).map(address),
    ...(assume_role !== undefined && { assumeRole: assume_role }),
    ...(private_zones !== undefined && { privateZones: [...new Set(private_zones)].sort() }),
  };
}

/** The routing of a target and what follows from it: the field if the type takes it, else the type's first. */
export function routingOf(target: Raw<'targets'>): { readonly routing: Target['routing'] } & RoutingKind {
  const { routings } = targetTypes[target.type];
  const wanted = target.type === 'kafka' ? (target.listeners === 'per-broker' ? 'port' : 'name') : target.routing;
  const [first] = Object.entries(routings) as [[Target['routing'], RoutingKind]];
  const [routing, kind] = wanted && routings[wanted] ? [wanted, routings[wanted]] : first;
  return { routing, ...kind, ...(target.first && { first: target.first }) };
}

/** Names that clients use; for a cluster that does not exist yet, symbols for its brokers. */
export function hostsOf(name: string, target: Raw<'targets'>): readonly Hostname[] {
  const brokers = target.msk?.create?.brokers;
  if (brokers !== undefined) return Array.from({ length: brokers }, (_, i) => symbolicBroker(name, i + 1));
  const written = target.msk?.brokers ?? target.hosts ?? (target.host === undefined ? [] : [target.host]);
  return [...new Set(written.flatMap((each) => parseHostname(each) ?? []))];
}

export function kafkaAuthOf(target: Raw<'targets'>): Kafka['auth'] {
  const written = target.msk?.create?.auth ?? target.msk?.auth ?? target.auth ?? (target.msk ? ['iam'] : ['tls']);
  return [...new Set(written)].filter((each) => each === 'iam' || each === 'scram' || each === 'tls');
}

/** Ports that clients use; empty for S3, and where the type wants one that the file does not name. */
export function portsOf(target: Raw<'targets'>): readonly Port[] {
  const ports =
    target.port !== undefined
      ? [target.port]
      : target.type === 'kafka'
        ? kafkaAuthOf(target).map((auth) => kafkaPorts[auth])
        : [targetTypes[target.type].port ?? 0];
  return ports.flatMap((port) => parsePort(port) ?? []);
}

function targetOf(name: string, target: Raw<'targets'>): Target {
  const { routing, speaks, first } = routingOf(target);
  const addresses = target.address === undefined ? [] : [target.address].flat();
  const family = target.type === 'mysql' && routing === 'name' ? (target.family ?? 'mysql') : undefined;
  return {
    name,
    type: target.type,
    ...(target.network !== undefined && { network: target.network }),
    hosts: hostsOf(name, target),
    ports: portsOf(target),
    routing,
    speaks,
    first,
    addresses: [...new Set(addresses)].map(address),
    portPolicy: target.port_policy ?? 'keep',
    tls: target.tls ?? 'passthrough',
    ...(target.path !== undefined && target.path !== '/' && { path: target.path }),
    ...(target.upstream && { upstream: upstreamOf(target.upstream) }),
    ...(target.paths && { paths: { allow: target.paths.allow ?? [], deny: target.paths.deny ?? [] } }),
    buckets: [...new Set(target.buckets ?? (target.bucket === undefined ? [] : [target.bucket]))],
    ...(family && { mysqlFamily: family }),
    isDefault: target.default ?? false,
    ...(target.type === 'kafka' && { kafka: kafkaOf(name, target) }),
    health: target.health ?? healthOf(target.type, routing),
    ...(target.max_connections !== undefined && { maxConnections: target.max_connections }),
    onMove: target.on_move ?? 'keep',
    ...(target.renamed_from !== undefined && { renamedFrom: target.renamed_from }),
  };
}

function upstreamOf({ host, port, tls_name, ca, prefix }: NonNullable<Raw<'targets'>['upstream']>): TargetUpstream {
  const [name, tlsName] = [host, tls_name].map((text) => (text === undefined ? undefined : parseHostname(text)));
  const at = port === undefined ? undefined : parsePort(port);
  return {
    ...(name && { host: name }),
    ...(at && { port: at }),
    ...(tlsName && { tlsName }),
    ...(ca !== undefined && { caFile: ca }),
    ca: [],
    ...(prefix !== undefined && { prefix }),
  };
}

/** The type's own check; where a protocol is not understood on its port, opening a connection is all that can be asked. */
function healthOf(type: Target['type'], routing: Target['routing']): Target['health'] {
  const { health } = targetTypes[type];
  return health === 'postgres' && routing === 'port' ? 'tcp' : health;
}

function kafkaOf(name: string, target: Raw<'targets'>): Kafka {
  const create = target.msk?.create;
  const cluster = target.msk?.cluster;
  return {
    listeners: target.listeners ?? 'sni',
    auth: kafkaAuthOf(target),
    brokers: hostsOf(name, target).length,
    source: create
      ? {
          kind: 'create',
          version: create.version,
          instance: create.instance,
          storageGb: create.storage_gb,
          encryption: {
            inTransit: create.encryption?.in_transit ?? 'tls',
            atRest: create.encryption?.at_rest ?? 'aws-managed',
          },
          ...(create.logs?.cloudwatch !== undefined && { cloudwatchDays: Number.parseInt(create.logs.cloudwatch, 10) }),
        }
      : { kind: 'existing', ...(cluster !== undefined && { clusterArn: cluster }) },
  };
}

function grantsOf(raw: RawSpec): readonly Grant[] {
  const everyone = [...raw.workspaces.keys()];
  const everything = [...raw.targets.keys()];
  return raw.access.flatMap((grant, index) =>
    grant
      ? [
          {
            index,
            from: grant.from.includes('*') ? everyone : [...new Set(grant.from)],
            to: grant.to.includes('*') ? everything : [...new Set(grant.to)],
          },
        ]
      : [],
  );
}

function inspectionOf(raw: RawSpec, name: string, targets: readonly Target[]): Spec['inspection'] {
  if (!raw.inspection && !targets.some((target) => target.tls === 'inspect')) return undefined;
  const { ca, deliver, flows } = raw.inspection ?? {};
  const names = ca?.names && [...new Set(ca.names.flatMap((each) => parseHostname(each) ?? []))];
  const signer = ca?.signer;
  return {
    ca: {
      ...{ subject: ca?.subject ?? `lakegate ${name}`, days: ca?.days ?? 397 },
      ...(names && { names }),
      ...(signer?.github !== undefined && {
        signer: { by: 'github', repository: signer.github, branch: signer.branch },
      }),
      ...(signer?.role !== undefined && { signer: { by: 'role', arn: signer.role } }),
    },
    ...(deliver && { deliver }),
    ...(flows && { flows }),
  };
}

// The rules have checked these: a text that does not parse here is a bug of the rules.
function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (!parsed) throw new Error(`${text} passed the rules and is not a network`);
  return parsed;
}

function address(text: string): IpAddress {
  const parsed = parseIpv4(text);
  if (!parsed) throw new Error(`${text} passed the rules and is not an address`);
  return parsed;
}
