import type { Hostname, InfraPlan, RoutePlan } from '../../ir/index.ts';
import { isSymbolic } from '../../ir/index.ts';
import { type Expression, expr, type Value } from './language/value.ts';
import { ident } from './names.ts';

/** What every section writer gets: the two plans and how to refer to the hub. */
export interface Context {
  readonly infra: InfraPlan;
  readonly routes: RoutePlan;
  /** Undefined when the plan has no hub. */
  readonly hub: HubRefs | undefined;
}

export interface HubRefs {
  readonly vpcId: Expression;
  readonly cidr: Expression;
  /** Subnets of load balancers and routers, one per zone. */
  readonly subnetIds: readonly Value[];
  /** A map of route table ids by a key that is known before apply. */
  readonly routeTables: Expression;
  readonly created: boolean;
}

export function contextOf(infra: InfraPlan, routes: RoutePlan): Context {
  return { infra, routes, hub: infra.hub && hubRefs(infra.hub.vpc) };
}

function hubRefs(vpc: NonNullable<InfraPlan['hub']>['vpc']): HubRefs {
  const routeTables = expr('local.hub_route_tables');
  switch (vpc.kind) {
    case 'create':
      return {
        vpcId: expr('aws_vpc.hub.id'),
        cidr: expr('aws_vpc.hub.cidr_block'),
        subnetIds: vpc.subnets
          .filter((subnet) => subnet.role === 'private')
          .map((subnet) => expr(`aws_subnet.${ident(subnet.key)}.id`)),
        routeTables,
        created: true,
      };
    case 'existing':
      return {
        vpcId: expr('data.aws_vpc.hub.id'),
        cidr: expr('data.aws_vpc.hub.cidr_block'),
        subnetIds: vpc.subnetIds,
        routeTables,
        created: false,
      };
    default:
      return vpc satisfies never;
  }
}

/** Parts of a name that exists only after apply: `b-1.events.after-apply.invalid` is broker 1 of target `events`. */
const symbolicBroker = /b-(\d+)\.([a-z0-9-]+)\.after-apply\.invalid/g;

/** A host name as Terraform gets it: a literal, or the expression for a broker that the cluster's creation names. */
export function hostValue(host: Hostname): Value {
  if (!isSymbolic(host)) return host;
  const [, broker = '', target = ''] = [...host.matchAll(symbolicBroker)][0] ?? [];
  return brokerHost(target, Number(broker));
}

const brokerHost = (target: string, broker: number): Expression =>
  expr(`local.${ident(target)}_broker_hosts["${broker}"]`);

export const brokerAddress = (target: string, broker: number): Expression =>
  expr(`local.${ident(target)}_broker_addresses["${broker}"]`);

/** The symbolic names in a text, by the key they get in a template, such as `b-1.events`. */
export function symbolicNames(text: string): ReadonlyMap<string, Expression> {
  const found = [...text.matchAll(symbolicBroker)].map(
    ([, broker = '', target = '']) => [`b-${broker}.${target}`, brokerHost(target, Number(broker))] as const,
  );
  return new Map(found.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** A text as a `templatefile` template in which each symbolic name is looked up in `hosts`. */
export const asTemplate = (text: string): string =>
  text
    .replace(/([$%])\{/g, '$1$1{')
    .replace(symbolicBroker, (_, broker, target) => `\${hosts["b-${broker}.${target}"]}`);
