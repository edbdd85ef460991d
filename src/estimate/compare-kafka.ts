import type { Facts, Limits } from '../facts/index.ts';
import type { InfraPlan, MskCluster } from '../ir/index.ts';
import { type CostLoad, fleetLines, loadBalancerLines, sumCost } from './cost.ts';

/** Ways to reach one Kafka cluster. */
export interface KafkaComparison {
  readonly target: string;
  readonly brokers: number;
  /** `per-broker`: a load balancer and endpoint service each. `sni`: one, shared, with a router. */
  readonly planned: MskCluster['listeners'];
  readonly perBroker: KafkaWay;
  /** With a router of two instances of its own, as if nothing else shared it. */
  readonly sni: KafkaWay & { readonly routers: number; readonly brokersPerService: number };
  readonly cheaperAboveBrokers: number;
}

export interface KafkaWay {
  readonly endpoints: number;
  readonly services: number;
  /** Fixed costs that have a price. */
  readonly monthlyUsd: number;
  /** The first number of brokers that needs more endpoints than the region has, if nothing else took any. */
  readonly breaksAtBrokers: number;
}

export interface KafkaContext {
  readonly infra: InfraPlan;
  readonly limits: Limits;
  readonly facts: Facts;
  /** NCCs that are granted the cluster. */
  readonly nccs: number;
}

/** Routers that a cluster would need if it were alone: one in each of two zones. */
const routersAlone = 2;

/** What a cluster takes alone, by each of the two ways. Pure arithmetic on its brokers. */
export function compareKafka(cluster: MskCluster, { infra, facts, limits, nccs }: KafkaContext): KafkaComparison {
  const brokers = cluster.brokers.length;
  const idle: CostLoad = { connections: 0, gbPerMonth: 0 };
  const fleet = infra.router ?? ({ run: 'instances', instance: 't4g.small', architecture: 'arm64' } as const);
  const fixed = (services: number, routers: number): number =>
    sumCost([...loadBalancerLines(services, idle, facts), ...(routers > 0 ? fleetLines(routers, fleet, facts) : [])], {
      region: infra.aws.region,
      load: idle,
      remarks: [],
    }).fixedUsd;
  const namesPerRule = Math.max(1, limits.domains_per_rule.value);
  const free = limits.endpoints_per_region.value - limits.endpoints_in_use.value;
  const rulesEach = Math.max(0, Math.floor(free / Math.max(1, nccs)));
  const namesPerService = namesPerRule * Math.max(1, limits.rules_per_service_per_ncc.value);
  const sniServices = (count: number): number => Math.ceil(count / namesPerService);
  const sniUsd = (count: number): number => fixed(sniServices(count), routersAlone);
  let above = 1;
  while (above < limits.nlbs_per_region.value && fixed(above + 1, 0) <= sniUsd(above + 1)) above += 1;
  return {
    target: cluster.target,
    brokers,
    planned: cluster.listeners,
    perBroker: {
      endpoints: brokers * nccs,
      services: brokers,
      monthlyUsd: fixed(brokers, 0),
      breaksAtBrokers: rulesEach + 1,
    },
    sni: {
      endpoints: Math.ceil(brokers / namesPerRule) * nccs,
      services: sniServices(brokers),
      routers: routersAlone,
      brokersPerService: namesPerService,
      monthlyUsd: sniUsd(brokers),
      breaksAtBrokers: rulesEach * namesPerRule + 1,
    },
    cheaperAboveBrokers: above,
  };
}
