import type { Diagnostic } from '../../diagnostics/index.ts';
import { counted, error, note, warning } from '../../diagnostics/index.ts';
import type { Facts, Limits } from '../../facts/index.ts';
import { limitText } from '../../facts/index.ts';
import { byText, type Cidr, type Hub, type Port, parseCidr, type RouterFleet } from '../../ir/index.ts';
import type { Spec, SpecHub } from '../../spec/index.ts';
import type { AllocatedService } from '../lock/allocated-services.ts';
import { readinessPort } from '../lock/router-ports.ts';
import { privateNetworks } from '../placement/direct.ts';
import { type FleetSize, fleetSize } from './fleet-size.ts';
import { fleetNames } from './run-time-names.ts';
import { addressesNeeded, hubSubnets, sizeOf } from './subnets.ts';

/** What stands in the hub. Without `hub` a diagnostic says why, or nothing needs one. */
export interface HubParts {
  readonly hub?: Hub;
  readonly router?: RouterFleet;
  readonly diagnostics: readonly Diagnostic[];
}

/** The hub and its routers, for the services there are. Nothing where there are none. */
export function hubOf(spec: Spec, services: readonly AllocatedService[], limits: Limits, facts: Facts): HubParts {
  if (services.length === 0) return { diagnostics: [] };
  if (!spec.hub)
    return {
      diagnostics: [
        error(
          'LG_NO_HUB',
          [],
          `the plan needs ${counted(services.length, 'endpoint service')}, but the spec has no hub for the load balancers`,
          'add hub with a VPC to create, or with the id of an existing VPC',
        ),
      ],
    };
  const diagnostics: Diagnostic[] = [];
  const routed = services.some((service) => service.listeners.some((listener) => listener.forwarding.by === 'router'));
  const size = fleetSize(spec.hub.router, spec.load, limits.connections_per_target, facts);
  if (routed && size.missing > 0)
    diagnostics.push(
      note(
        'LG_FLEET_TOO_SMALL',
        ['hub', 'router', 'max'],
        `${spec.load.connections} connections and ${spec.load.peakMbps} Mbit/s at the peak need ${size.needed} ${spec.hub.router.instance} routers; hub.router.max is ${spec.hub.router.max}. The limit of a router is ${limitText(limits.connections_per_target)}`,
        'raise hub.router.max, choose a larger instance, or lower the values under load if they are too high',
      ),
    );
  const stated = spec.networks.some((network) => network.reach === 'hub' && network.cidrs.length > 0);
  if (routed && spec.hub.vpc.kind === 'existing' && !stated)
    diagnostics.push(
      note(
        'LG_HUB_RANGE_UNKNOWN',
        ['hub', 'vpc'],
        `the address range of ${spec.hub.vpc.id} is not given, so routers accept PROXY headers from any private address and connect to any private address in the hub`,
        'add cidrs to a network with reach: hub; security groups keep other sources out in either case',
      ),
    );
  const { interfacesPerVpc } = facts.numbers;
  const zones = spec.hub.vpc.kind === 'create' ? spec.hub.vpc.zones : spec.hub.vpc.subnets.length;
  if (services.length * zones > interfacesPerVpc.value)
    diagnostics.push(
      warning(
        'LG_TOO_MANY_INTERFACES',
        ['hub', 'vpc'],
        `${services.length} load balancers in ${zones} zones have ${services.length * zones} interfaces; the limit is ${interfacesPerVpc.value} ${interfacesPerVpc.unit} (${interfacesPerVpc.sure}, ${interfacesPerVpc.source}, ${interfacesPerVpc.asOf})`,
        'ask AWS to raise the quota before you apply',
      ),
    );
  const internet = needsInternet(spec, services);
  const endpoints = vpcEndpoints(spec.hub, { routed, internet, inspects: inspects(services) });
  const vpc = vpcOf(spec.hub, { internet, services, size, routed, endpoints }, facts, diagnostics);
  return {
    ...(vpc ? { hub: { vpc, vpcEndpoints: endpoints } } : {}),
    ...(routed ? { router: fleetOf(spec, spec.hub, services, size) } : {}),
    diagnostics,
  };
}

/** Targets on the internet are reached from the hub, unless the hub must have no way out. */
function needsInternet(spec: Spec, services: readonly AllocatedService[]): boolean {
  const open = new Set(spec.networks.filter((network) => network.reach === 'internet').map((network) => network.name));
  return services.some((service) =>
    service.listeners.some((listener) => listener.demands.some((demand) => open.has(demand.target.network ?? ''))),
  );
}

/** What the fleet needs of AWS where it has no other route to it. S3 is a gateway and costs nothing, so it is always there. */
function vpcEndpoints(
  hub: SpecHub,
  { routed, internet, inspects }: { readonly routed: boolean; readonly internet: boolean; readonly inspects: boolean },
): readonly string[] {
  if (!routed || hub.vpc.kind === 'existing') return [];
  if (internet && hub.vpc.internet !== 'none') return ['s3'];
  const usual =
    hub.router.run === 'containers'
      ? ['ecr.api', 'ecr.dkr', 'logs', 's3', 'ssm']
      : ['ec2messages', 'logs', 's3', 'ssm', 'ssmmessages'];
  return inspects ? [...usual, 'secretsmanager'].sort(byText) : usual;
}

/** Routers of inspected targets fetch their intermediate CA. */
const inspects = (services: readonly AllocatedService[]): boolean =>
  services.some(({ listeners }) =>
    listeners.some(({ demands }) => demands.some(({ target }) => target.tls === 'inspect')),
  );

interface VpcNeeds {
  readonly internet: boolean;
  readonly services: readonly AllocatedService[];
  readonly size: FleetSize;
  readonly routed: boolean;
  readonly endpoints: readonly string[];
}

function vpcOf(
  { vpc }: SpecHub,
  { internet, services, size, routed, endpoints }: VpcNeeds,
  facts: Facts,
  diagnostics: Diagnostic[],
): Hub['vpc'] | undefined {
  if (vpc.kind === 'existing') return { kind: 'existing', id: vpc.id, subnetIds: vpc.subnets };
  const path = ['hub', 'vpc', 'create'];
  if (internet && vpc.internet === 'none')
    diagnostics.push(
      error(
        'LG_NO_INTERNET',
        [...path, 'internet'],
        'a target is on a network with reach: internet, but the hub has internet: none',
        'remove internet: none, or the targets on that network',
      ),
    );
  const withPublic = internet && vpc.internet === 'auto';
  const prefixMax = facts.numbers.subnetPrefixMax.value;
  const subnets = hubSubnets(vpc.cidr, vpc.zones, { withPublic, prefixMax });
  const needed = addressesNeeded(
    {
      loadBalancers: services.length,
      routers: routed ? size.max : 0,
      zones: vpc.zones,
      vpcEndpoints: endpoints.filter((name) => name !== 's3').length,
    },
    facts,
  );
  const room = subnets?.[0] ? sizeOf(subnets[0].cidr) : 0;
  if (!subnets || room < needed) {
    diagnostics.push(
      error(
        'LG_HUB_TOO_SMALL',
        [...path, 'cidr'],
        `each private subnet needs ${needed} addresses (${services.length} load balancers, at most ${size.max} routers in ${vpc.zones} zones, ${facts.numbers.subnetReserved.value} reserved by AWS); ${vpc.cidr} in ${vpc.zones} zones ${room === 0 ? 'is too small for subnets' : `gives ${room}`}`,
        'use a larger cidr; the range of the hub cannot grow later without replacing its load balancers',
      ),
    );
    return undefined;
  }
  return { kind: 'create', cidr: vpc.cidr, subnets, internet: withPublic ? 'nat' : 'none' };
}

function fleetOf(spec: Spec, hub: SpecHub, services: readonly AllocatedService[], size: FleetSize): RouterFleet {
  const ports: Port[] = [];
  const egress = new Map<string, Set<Port>>();
  for (const service of services)
    for (const listener of service.listeners) {
      if (listener.forwarding.by !== 'router') continue;
      ports.push(listener.forwarding.routerPort);
      for (const demand of listener.demands) {
        const network = demand.target.network ?? '';
        const port = demand.target.upstream?.port ?? demand.port;
        const row = egress.get(network);
        if (row) row.add(port);
        else egress.set(network, new Set([port]));
      }
    }
  return {
    engine: hub.router.engine,
    run: hub.router.run,
    instance: hub.router.instance,
    architecture: size.architecture,
    min: size.min,
    needed: size.needed,
    max: size.max,
    why: size.why,
    readinessPort,
    names: fleetNames(spec),
    ports: ports.sort((a, b) => a - b),
    egress: [...egress]
      .sort(([a], [b]) => byText(a, b))
      .map(([name, used]) => ({
        network: name,
        cidrs: egressCidrs(spec, hub, name),
        ports: [...used].sort((a, b) => a - b),
      })),
  };
}

const internet = [parseCidr('0.0.0.0/0')].filter((cidr) => cidr !== undefined);

function egressCidrs(spec: Spec, hub: SpecHub, name: string): readonly Cidr[] {
  const network = spec.networks.find((each) => each.name === name);
  if (network?.reach === 'internet') return internet;
  if (network && network.cidrs.length > 0) return network.cidrs;
  return hub.vpc.kind === 'create' ? [hub.vpc.cidr] : privateNetworks;
}
