import type { Facts, Price } from '../facts/index.ts';
import { cpuUnitsOfVcpu, type InfraPlan, type MskCluster, type RouterFleet, routerTask } from '../ir/index.ts';

/** What is carried per month, for the prices that depend on it. */
export interface CostLoad {
  /** Simultaneous connections of all workspaces. */
  readonly connections: number;
  /** Transferred both ways per month. */
  readonly gbPerMonth: number;
}

export interface CostLine {
  /** What is paid for. */
  readonly what: string;
  /** `fixed` comes every month; `usage` grows with the stated load. */
  readonly kind: 'fixed' | 'usage';
  /** `customer`: the AWS bill of the hub's account. `databricks`: on the bill of Databricks. */
  readonly payer: 'customer' | 'databricks';
  /** Units of `price.per` in a month. */
  readonly quantity: number;
  readonly price: Price;
  /** Rounded to cents; `unknown` where no price is published or read. */
  readonly monthlyUsd: number | 'unknown';
  /** How the quantity comes about. */
  readonly why: string;
}

export interface MonthlyCost {
  readonly currency: 'USD';
  /** The region whose list prices these are. */
  readonly pricesOf: string;
  readonly region: string;
  readonly load: CostLoad;
  readonly lines: readonly CostLine[];
  readonly fixedUsd: number;
  readonly usageUsd: number;
  /** The known part: lines without a price are not in it. */
  readonly totalUsd: number;
  /** What the lines without a price are for. Not empty: the total is a lower bound. */
  readonly unknown: readonly string[];
  readonly remarks: readonly string[];
  /** What the router fleet costs at each size that matters; the total has one of them. Absent without routers. */
  readonly fleet?: readonly FleetCost[];
}

/** The router fleet at its minimum, as the stated load needs it, or at its maximum. */
export interface FleetCost {
  readonly is: 'min' | 'needed' | 'max';
  readonly routers: number;
  readonly monthlyUsd: number | 'unknown';
}

/** Cents, so that a reader who adds up the lines gets the total. */
const cents = (usd: number): number => Math.round(usd * 100 + 1e-6) / 100;

interface Units {
  readonly what: string;
  readonly kind: CostLine['kind'];
  readonly payer?: CostLine['payer'];
  readonly quantity: number;
  readonly price: Price;
  readonly why: string;
}

const costLine = ({ what, kind, payer = 'customer', quantity, price, why }: Units): CostLine => ({
  what,
  kind,
  payer,
  quantity: Math.round(quantity * 1e6) / 1e6,
  price,
  monthlyUsd: price.amount === 'unknown' ? 'unknown' : cents(quantity * price.amount),
  why,
});

/** Adds lines up. */
export function sumCost(lines: readonly CostLine[], of: Pick<MonthlyCost, 'region' | 'load' | 'remarks'>): MonthlyCost {
  const sum = (kind: CostLine['kind']): number =>
    cents(
      lines.reduce((usd, line) => usd + (line.kind === kind && line.monthlyUsd !== 'unknown' ? line.monthlyUsd : 0), 0),
    );
  const [fixedUsd, usageUsd] = [sum('fixed'), sum('usage')];
  return {
    currency: 'USD',
    pricesOf: 'us-east-1',
    region: of.region,
    load: of.load,
    lines,
    fixedUsd,
    usageUsd,
    totalUsd: cents(fixedUsd + usageUsd),
    unknown: lines.filter((line) => line.monthlyUsd === 'unknown').map((line) => line.what),
    remarks: of.remarks,
  };
}

/** What the plan costs per month at the stated load, line by line, at list prices. Estimates: see each price's source. */
export function monthlyCost(infra: InfraPlan, load: CostLoad, facts: Facts): MonthlyCost {
  const region = infra.aws.region;
  const lines = [
    ...loadBalancerLines(infra.endpointServices.length, load, facts),
    ...zoneLines(infra, load, facts),
    ...(infra.router ? fleetLines(routersPaid(infra.router), infra.router, facts) : []),
    ...networkLines(infra, load, facts),
    ...endpointLines(
      infra.nccs.reduce((count, ncc) => count + ncc.rules.length, 0),
      load,
      facts,
    ),
    ...infra.mskClusters.flatMap((cluster) => clusterLines(cluster, facts)),
  ];
  const sum = sumCost(lines, { region, load, remarks: remarksOf(infra, facts) });
  return infra.router ? { ...sum, fleet: fleetCosts(infra.router, facts) } : sum;
}

function remarksOf(infra: InfraPlan, { prices, numbers }: Facts): readonly string[] {
  const remarks = [
    'list prices on demand, without taxes, discounts and support; CloudWatch, KMS and disks are not included',
  ];
  if (infra.aws.region !== 'us-east-1')
    remarks.push(`prices are for us-east-1; prices in ${infra.aws.region} differ, often by 5 to 15 percent`);
  if (infra.router && infra.router.max > infra.router.min) remarks.push(fleetRemark(infra.router));
  const spokes = infra.networks.filter((each) => each.reach === 'transit-gateway' && each.spokeSide !== 'none').length;
  const attachment = prices.transitGatewayAttachment.amount;
  if (spokes > 0 && attachment !== 'unknown')
    remarks.push(
      `${spokes} of the networks need an attachment to the transit gateway in their accounts: ${cents(numbers.hoursPerMonth.value * attachment)} a month each, unless it exists already`,
    );
  return remarks;
}

type Counted = Pick<RouterFleet, 'min' | 'needed' | 'max'>;

/** Routers that run at the peak of the stated load: what it needs, within what the spec allows. */
export const routersPaid = ({ min, needed, max }: Counted): number => Math.min(max, Math.max(min, needed));

function fleetRemark(fleet: Counted): string {
  const { min, needed, max } = fleet;
  const paid = routersPaid(fleet);
  const why =
    needed > max
      ? `the most that it may have; the stated load needs ${needed}`
      : paid === min
        ? 'its minimum'
        : 'what the stated load needs at its peak';
  const other = paid === min ? `it can grow to ${max}` : `it shrinks to ${min} and can grow to ${max}`;
  return `the cost of the router fleet is for ${paid}, ${why}; ${paid === max ? `it shrinks to ${min}` : other}`;
}

/** What a fleet costs a month at each size that matters; a price that is not known is `unknown`. */
function fleetCosts(fleet: RouterFleet, facts: Facts): readonly FleetCost[] {
  return (['min', 'needed', 'max'] as const).map((is) => {
    const prices = fleetLines(fleet[is], fleet, facts).map(({ monthlyUsd }) => monthlyUsd);
    const known = prices.filter((usd) => usd !== 'unknown');
    const monthlyUsd = known.length < prices.length ? 'unknown' : cents(known.reduce((sum, usd) => sum + usd, 0));
    return { is, routers: fleet[is], monthlyUsd };
  });
}

/** Load balancers and what they process. */
export function loadBalancerLines(
  count: number,
  load: CostLoad,
  { prices, numbers, nlcu }: Facts,
): readonly CostLine[] {
  if (count === 0) return [];
  const hours = numbers.hoursPerMonth.value;
  const byGb = load.gbPerMonth / nlcu.gbPerHour.value;
  const byConnections = (load.connections / nlcu.activeConnections.value) * hours;
  return [
    costLine({
      what: 'load balancers',
      kind: 'fixed',
      quantity: count * hours,
      price: prices.nlb,
      why: `${count} × ${hours} hours`,
    }),
    costLine({
      what: 'load balancer capacity (NLCU)',
      kind: 'usage',
      quantity: Math.max(byGb, byConnections),
      price: prices.nlcu,
      why: `the larger of ${load.gbPerMonth} GB at ${nlcu.gbPerHour.value} GB each, and ${load.connections} connections at ${nlcu.activeConnections.value} for ${hours} hours`,
    }),
  ];
}

/** Cross-zone load balancers send most of the traffic to a router in another zone. */
function zoneLines(infra: InfraPlan, load: CostLoad, { prices }: Facts): readonly CostLine[] {
  const zones = zonesOf(infra);
  if (zones < 2 || !infra.router || !infra.endpointServices.some(({ nlb }) => nlb.crossZone)) return [];
  const share = (zones - 1) / zones;
  return [
    costLine({
      what: 'transfer between zones, load balancer to router',
      kind: 'usage',
      quantity: load.gbPerMonth * share * 2,
      price: prices.interZoneGb,
      why: `${load.gbPerMonth} GB, of which ${zones - 1} of ${zones} cross a zone; AWS charges both sides`,
    }),
  ];
}

function zonesOf({ hub }: InfraPlan): number {
  if (!hub) return 0;
  if (hub.vpc.kind === 'existing') return hub.vpc.subnetIds.length;
  return new Set(hub.vpc.subnets.filter((subnet) => subnet.role === 'private').map((subnet) => subnet.zone)).size;
}

/** So many routers: instances by the hour, containers by what they ask for. */
export function fleetLines(
  count: number,
  { run, instance, architecture }: Pick<RouterFleet, 'run' | 'instance' | 'architecture'>,
  facts: Facts,
): readonly CostLine[] {
  const hours = facts.numbers.hoursPerMonth.value;
  const why = `${count} × ${hours} hours`;
  if (run === 'containers') {
    const [vcpus, gb] = [routerTask.cpuUnits / cpuUnitsOfVcpu, routerTask.memoryMib / 1024];
    const { containerVcpuArm64, containerVcpuX64, containerGbArm64, containerGbX64 } = facts.prices;
    const isArm = architecture === 'arm64';
    const each = { kind: 'fixed' } as const;
    return [
      costLine({
        ...each,
        what: 'routers in containers, processors',
        quantity: count * hours * vcpus,
        price: isArm ? containerVcpuArm64 : containerVcpuX64,
        why: `${why} × ${vcpus} vCPU`,
      }),
      costLine({
        ...each,
        what: 'routers in containers, memory',
        quantity: count * hours * gb,
        price: isArm ? containerGbArm64 : containerGbX64,
        why: `${why} × ${gb} GB`,
      }),
    ];
  }
  const known = facts.instances[instance]?.value;
  const price: Price = {
    name: instance,
    amount: known?.hourlyUsd ?? 'unknown',
    currency: 'USD',
    per: 'hour',
    region: 'us-east-1',
    sure: known?.priceSure ?? 'assumption',
    source: known?.priceSource ?? 'no source read',
    asOf: known?.priceAsOf ?? facts.prices.nlb.asOf,
  };
  return [costLine({ what: `routers (${instance})`, kind: 'fixed', quantity: count * hours, price, why })];
}

/** Ways into the networks: transit gateway, NAT gateways, the hub's own interface endpoints. */
function networkLines(infra: InfraPlan, load: CostLoad, facts: Facts): readonly CostLine[] {
  const { prices, numbers } = facts;
  const hours = numbers.hoursPerMonth.value;
  const shares = sharesOf(infra);
  const lines: CostLine[] = [];
  if (infra.networks.some((network) => network.reach === 'transit-gateway')) {
    const gateways = new Set(
      infra.networks.flatMap((network) => (network.reach === 'transit-gateway' ? [network.transitGateway ?? ''] : [])),
    );
    lines.push(
      costLine({
        what: 'transit gateway attachments of the hub',
        kind: 'fixed',
        quantity: gateways.size * hours,
        price: prices.transitGatewayAttachment,
        why: `${gateways.size} × ${hours} hours; attachments of spokes are not included`,
      }),
      usage('transit gateway traffic', prices.transitGatewayGb, load, shares('transit-gateway')),
    );
  }
  if (infra.hub?.vpc.kind === 'create') {
    const nats =
      infra.hub.vpc.internet === 'nat' ? infra.hub.vpc.subnets.filter((subnet) => subnet.role === 'public').length : 0;
    if (nats > 0)
      lines.push(
        costLine({
          what: 'NAT gateways',
          kind: 'fixed',
          quantity: nats * hours,
          price: prices.natGateway,
          why: `${nats} × ${hours} hours`,
        }),
        costLine({
          what: 'public addresses of the NAT gateways',
          kind: 'fixed',
          quantity: nats * hours,
          price: prices.publicIpv4,
          why: `${nats} × ${hours} hours`,
        }),
        usage('NAT traffic to public targets', prices.natGatewayGb, load, shares('internet')),
      );
    const interfaces = infra.hub.vpcEndpoints.filter((name) => name !== 's3').length;
    const zones = zonesOf(infra);
    if (interfaces > 0)
      lines.push(
        costLine({
          what: `interface endpoints of the hub (${infra.hub.vpcEndpoints.filter((name) => name !== 's3').join(', ')})`,
          kind: 'fixed',
          quantity: interfaces * zones * hours,
          price: prices.interfaceEndpoint,
          why: `${interfaces} in ${zones} zones × ${hours} hours`,
        }),
      );
  }
  return lines;
}

const usage = (
  what: string,
  price: Price,
  load: CostLoad,
  share: { readonly part: number; readonly of: number },
): CostLine =>
  costLine({
    what,
    kind: 'usage',
    quantity: share.of === 0 ? 0 : (load.gbPerMonth * share.part) / share.of,
    price,
    why: `${load.gbPerMonth} GB spread evenly over ${share.of} targets, ${share.part} of them in such networks`,
  });

/** How many of the targets behind the hub lie in networks of a kind. */
function sharesOf(infra: InfraPlan): (reach: string) => { readonly part: number; readonly of: number } {
  const reachOf = new Map(infra.networks.map((network) => [network.name, network.reach]));
  const used = infra.targets.filter((target) => target.services.length > 0);
  return (reach) => ({
    part: used.filter((target) => reachOf.get(target.network ?? '') === reach).length,
    of: used.length,
  });
}

/** The endpoints on the Databricks side: charged by Databricks, at prices that are not public. */
export function endpointLines(count: number, load: CostLoad, { prices, numbers }: Facts): readonly CostLine[] {
  if (count === 0) return [];
  const hours = numbers.hoursPerMonth.value;
  return [
    costLine({
      what: 'private endpoints',
      kind: 'fixed',
      payer: 'databricks',
      quantity: count * hours,
      price: prices.databricksEndpoint,
      why: `${count} × ${hours} hours, one endpoint per rule`,
    }),
    costLine({
      what: 'private endpoint traffic',
      kind: 'usage',
      payer: 'databricks',
      quantity: load.gbPerMonth,
      price: prices.databricksGb,
      why: `${load.gbPerMonth} GB`,
    }),
  ];
}

/** Brokers and their disks, for a cluster that the plan creates. */
export function clusterLines({ target, brokers, source }: MskCluster, { prices, numbers }: Facts): readonly CostLine[] {
  if (source.kind !== 'create') return [];
  const hours = numbers.hoursPerMonth.value;
  const byInstance: Readonly<Record<string, Price>> = {
    'kafka.m5.large': prices.mskBrokerM5Large,
    'kafka.m7g.large': prices.mskBrokerM7gLarge,
  };
  const price = Object.hasOwn(byInstance, source.instance) ? byInstance[source.instance] : undefined;
  return [
    costLine({
      what: `brokers of ${target} (${source.instance})`,
      kind: 'fixed',
      quantity: brokers.length * hours,
      price: price ?? {
        ...prices.mskBrokerM5Large,
        name: `msk_${source.instance}`,
        amount: 'unknown',
        source: 'no source read',
      },
      why: `${brokers.length} × ${hours} hours`,
    }),
    costLine({
      what: `disks of ${target}`,
      kind: 'fixed',
      quantity: brokers.length * source.storageGb,
      price: prices.mskStorageGb,
      why: `${brokers.length} × ${source.storageGb} GB`,
    }),
  ];
}
