import { type Facts, principalArn } from '../../facts/index.ts';
import type {
  Cidr,
  EndpointService,
  Forward,
  Hostname,
  Hub,
  InfraPlan,
  InspectionPlan,
  Listener,
  MskCluster,
  Ncc,
  NetworkPath,
  PlannedTarget,
  Port,
  RouterFleet,
  ServiceCredential,
} from '../../ir/index.ts';
import { byText, readinessPath } from '../../ir/index.ts';
import type { Network, Spec, Target } from '../../spec/index.ts';
import type { AllocatedListener, AllocatedService } from '../lock/allocated-services.ts';
import { readinessPort } from '../lock/router-ports.ts';
import { boundedName } from '../naming/bounded-name.ts';
import {
  brokerLogGroup,
  caKeyAlias,
  encryptionKey,
  issuerSecret,
  planTag,
  signerRole,
  stateBackend,
} from './run-time-names.ts';
import { signedNames } from './signed-names.ts';

/** The longest names that IAM roles and MSK clusters may have are 64. @see facts: API iam, API kafka (2026-11-20) */
const longName = 64;

/** What was decided before an infra plan is written. */
export interface InfraParts {
  readonly services: readonly AllocatedService[];
  readonly nccs: readonly Ncc[];
  readonly targets: readonly PlannedTarget[];
  readonly hub?: Hub;
  readonly router?: RouterFleet;
}

/** Puts the parts of an infra plan together with what follows from the spec alone. */
export function infraPlan(spec: Spec, facts: Facts, parts: InfraParts): InfraPlan {
  const principal = principalArn(facts, spec.databricks.partition, spec.aws.region);
  const used = parts.targets.filter((target) => target.services.length > 0);
  const targetOf = new Map(spec.targets.map((target) => [target.name, target]));
  const inspection = inspectionOf(spec, used);
  const mskClusters = clustersOf(spec);
  const backend = stateBackend(spec);
  const key = encryptionKey(spec, parts.router !== undefined, mskClusters);
  const renames = renamesOf(spec);
  return {
    version: 1,
    name: spec.name,
    aws: {
      region: spec.aws.region,
      account: spec.aws.account,
      partition: facts.principals[spec.databricks.partition].value.arnPartition,
      tags: spec.aws.tags,
      planTag: planTag(spec),
      ...(backend ? { backend } : {}),
    },
    databricks: {
      accountId: spec.databricks.accountId,
      partition: spec.databricks.partition,
      accountHost: facts.accountHosts[spec.databricks.partition].value,
      principalArn: principal,
      ...(spec.databricks.networkPolicy ? { networkPolicy: { mode: spec.databricks.networkPolicy } } : {}),
    },
    nccs: parts.nccs,
    endpointServices: parts.services.map((service) => endpointService(spec, service, principal, facts)),
    targets: parts.targets,
    networks: networksOf(spec, used, targetOf),
    ...(parts.hub ? { hub: parts.hub } : {}),
    ...(key ? { encryptionKey: key } : {}),
    ...(parts.router ? { router: parts.router } : {}),
    mskClusters,
    credentials: [...spec.credentials].sort((a, b) => byText(a.name, b.name)).map((each) => credential(spec, each)),
    ...(inspection ? { inspection } : {}),
    ...(renames.length > 0 ? { renames } : {}),
  };
}

function endpointService(spec: Spec, service: AllocatedService, principal: string, facts: Facts): EndpointService {
  const brokers = service.listeners.some((listener) => listener.forwarding.by === 'broker');
  return {
    key: service.key,
    name: `${spec.name} ${service.key}`,
    allowedPrincipals: [principal],
    nlb: {
      name: service.held?.name ?? boundedName(spec.name, service.key, facts.numbers.nlbNameMax.value),
      // A service of its own is there to keep a broker's traffic apart; all others spread over the routers of every zone.
      crossZone: !brokers,
      deletionProtection: spec.hub?.deletionProtection ?? false,
    },
    listeners: service.listeners.map((listener) => listenerOf(spec, listener, brokers, facts)),
  };
}

function listenerOf(spec: Spec, draft: AllocatedListener, brokers: boolean, facts: Facts): Listener {
  const name =
    draft.held?.targetGroup ??
    boundedName(spec.name, draft.key.replace('/', '-'), facts.numbers.targetGroupNameMax.value);
  const forward = forwardOf(spec, draft, brokers);
  const first = draft.demands[0];
  const port = draft.forwarding.by === 'router' ? draft.forwarding.routerPort : (first?.port ?? draft.port);
  return {
    key: draft.key,
    port: draft.port,
    idleSeconds: facts.numbers.idleSecondsDefault.value,
    targetGroup: {
      name,
      port,
      proxyProtocolV2: draft.forwarding.by === 'router' && draft.demands.every((demand) => demand.identified),
      health:
        draft.forwarding.by === 'router'
          ? { protocol: 'HTTP', port: readinessPort, path: readinessPath }
          : { protocol: 'TCP', port },
    },
    targets: [...new Set(draft.demands.map((demand) => demand.target.name))].sort(byText),
    forward,
  };
}

function forwardOf(spec: Spec, { forwarding, demands }: AllocatedListener, brokers: boolean): Forward {
  switch (forwarding.by) {
    case 'router':
      return { to: 'router', why: routerReason(demands, brokers) };
    case 'broker':
      return {
        to: 'broker',
        target: forwarding.target.name,
        broker: forwarding.broker,
        why: `with listeners: per-broker, broker ${forwarding.broker} of ${forwarding.target.name} has a separate service, so the load balancer connects to it without a router`,
      };
    case 'addresses': {
      const network = spec.networks.find((each) => each.name === forwarding.target.network);
      const zone = network?.reach === 'hub' ? 'automatic' : 'all';
      return {
        to: 'addresses',
        members: forwarding.target.addresses.map((address) => ({ address, zone })),
        why: `${forwarding.target.name} is the only target on the port, its addresses are fixed and private, and every NCC with a rule to the service is granted it, so no router is needed`,
      };
    }
    default:
      return forwarding satisfies never;
  }
}

function routerReason(demands: AllocatedListener['demands'], brokers: boolean): string {
  const [first, ...others] = demands;
  if (!first) return 'it has no target';
  if (others.length > 0 && demands.every(({ hosts: [host] }) => host === first.hosts[0]))
    return `${demands.length} targets share the name ${first.hosts[0]} by path, and the router tells them apart`;
  const names = new Set(demands.map(({ hosts: [host] }) => host)).size;
  if (others.length > 0) return `${names} names share the port, and the router tells them apart`;
  if (first.target.tls === 'inspect') return `${first.target.name} asks for TLS inspection`;
  if (first.sharing !== 'alone') return 'routed by name, so other targets can share the port';
  if (first.target.addresses.length === 0)
    return `the address of ${first.target.name} may change, and the router resolves its name`;
  if (brokers) return 'the service also has a broker';
  return `the addresses of ${first.target.name} are public, or the service has targets with other grants and only the router can tell NCCs apart`;
}

function networksOf(
  spec: Spec,
  used: readonly PlannedTarget[],
  targetOf: ReadonlyMap<string, Target>,
): readonly NetworkPath[] {
  const rows = new Map<string, { ports: Set<Port>; domains: Set<Hostname> }>();
  for (const { name, network = '', ports, hosts } of used) {
    const row = rows.get(network) ?? { ports: new Set<Port>(), domains: new Set<Hostname>() };
    rows.set(network, row);
    const target = targetOf.get(name);
    for (const { port } of ports) row.ports.add(target?.upstream?.port ?? port);
    if (target?.addresses.length === 0) for (const host of hosts) row.domains.add(target.upstream?.host ?? host);
  }
  return [...spec.networks]
    .sort((a, b) => byText(a.name, b.name))
    .flatMap((network) => {
      const row = rows.get(network.name);
      if (!row) return [];
      return {
        name: network.name,
        reach: network.reach,
        ...(network.transitGateway === undefined ? {} : { transitGateway: network.transitGateway }),
        ...(network.account === undefined ? {} : { account: network.account }),
        ...(network.vpc === undefined ? {} : { vpc: network.vpc }),
        cidrs: network.cidrs,
        dns: network.dns,
        domains: network.dns.length > 0 ? [...row.domains].sort(byText) : [],
        ...(network.privateZones === undefined ? {} : { privateZones: network.privateZones }),
        spokeSide: spokeSide(network),
        ...(network.assumeRole === undefined ? {} : { assumeRole: network.assumeRole }),
        ports: [...row.ports].sort((a, b) => a - b),
      } satisfies NetworkPath;
    });
}

/** Only a VPC or an account of the spoke has a side that Terraform can write; on-premises networks have none. */
function spokeSide(network: Network): NetworkPath['spokeSide'] {
  if (network.reach === 'hub' || network.reach === 'internet') return 'none';
  if (network.assumeRole !== undefined) return 'assume-role';
  return network.account !== undefined || network.vpc !== undefined ? 'separate-folder' : 'none';
}

const clustersOf = (spec: Spec): readonly MskCluster[] =>
  spec.targets
    .flatMap((target) => (target.kafka ? [{ target, kafka: target.kafka }] : []))
    .sort((a, b) => byText(a.target.name, b.target.name))
    .map(({ target, kafka }) => {
      const { source } = kafka;
      const name = boundedName(spec.name, target.name, longName);
      return {
        target: target.name,
        name,
        listeners: kafka.listeners,
        auth: kafka.auth,
        brokers: target.hosts.map((host, at) => ({ number: at + 1, host })),
        source:
          source.kind === 'existing'
            ? { kind: 'existing', ...(source.clusterArn === undefined ? {} : { clusterArn: source.clusterArn }) }
            : {
                kind: 'create',
                version: source.version,
                instance: source.instance,
                storageGb: source.storageGb,
                encryption: source.encryption,
                logs:
                  source.cloudwatchDays === undefined
                    ? {}
                    : { cloudwatchDays: source.cloudwatchDays, logGroup: brokerLogGroup(spec, name) },
              },
      };
    });

const credential = (spec: Spec, { name, externalId, kafka }: Spec['credentials'][number]): ServiceCredential => ({
  name,
  roleName: boundedName(spec.name, name, longName),
  externalId,
  ...(kafka ? { kafka } : {}),
});

function inspectionOf(spec: Spec, used: readonly PlannedTarget[]): InspectionPlan | undefined {
  const names = new Set(used.filter((target) => target.tls === 'inspect').flatMap((target) => target.hosts));
  if (!spec.inspection || names.size === 0) return undefined;
  const { ca, deliver } = spec.inspection;
  return {
    ca: { subject: ca.subject, days: ca.days, keyAlias: caKeyAlias(spec) },
    ...(ca.signer && { signer: { roleName: signerRole(spec), trusts: ca.signer } }),
    secret: issuerSecret(spec),
    ...(deliver ? { deliver } : {}),
    names: signedNames(spec, names),
  };
}

/** The ranges that stand for the hub where it is an existing VPC of which the spec states none. */
export const hubRanges = (spec: Spec, fallback: readonly Cidr[]): readonly Cidr[] => {
  if (spec.hub?.vpc.kind === 'create') return [spec.hub.vpc.cidr];
  const stated = spec.networks.filter((network) => network.reach === 'hub').flatMap((network) => network.cidrs);
  return stated.length > 0 ? stated : fallback;
};

/** Kept as long as the spec says so: a `moved` block whose origin is gone does no harm, one that is missing replaces things. */
const renamesOf = (spec: Spec): readonly { readonly from: string; readonly to: string }[] =>
  spec.targets
    .flatMap(({ name, renamedFrom }) => (renamedFrom === undefined ? [] : [{ from: renamedFrom, to: name }]))
    .sort((a, b) => byText(a.to, b.to));
