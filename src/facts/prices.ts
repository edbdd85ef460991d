import type { Sureness } from './fact.ts';

/** What one unit of something costs. Never 0 for want of a source: `unknown` then. */
export interface Price {
  readonly name: string;
  /** In `currency` per `per`. */
  readonly amount: number | 'unknown';
  readonly currency: 'USD';
  /** What one unit is, such as `hour`, `GB`, `zone-hour`. */
  readonly per: string;
  /** The region the price was read for. Others differ, often by 5 to 15 percent. */
  readonly region: 'us-east-1';
  readonly sure: Sureness;
  readonly source: string;
  readonly asOf: string;
  readonly remark?: string;
}

type Known = Omit<Price, 'name' | 'amount' | 'currency' | 'region' | 'per'>;

const thirdParty = (asOf: string): Known => ({ sure: 'reported', source: 'third-party price page', asOf });
const fargate = (asOf: string, source: string): Known => ({ sure: 'reported', source, asOf });
const page = (source: string): Known => ({ sure: 'documented', source, asOf: '2026-11-20' });
const noSource: Known = { sure: 'assumption', source: 'general knowledge, no source read', asOf: '2026-11-20' };
const unpublished: Known = { sure: 'assumption', source: 'no price is published', asOf: '2026-11-20' };

const price = (name: string, amount: number | 'unknown', per: string, known: Known, remark?: string): Price => ({
  name,
  amount,
  currency: 'USD',
  per,
  region: 'us-east-1',
  ...known,
  ...(remark === undefined ? {} : { remark }),
});

/** List prices, on demand, without discounts. Instances have theirs in instances.ts. */
export const priceFacts = {
  nlb: price('nlb', 0.0225, 'hour', thirdParty('2026-05')),
  nlcu: price('nlcu', 0.006, 'NLCU-hour', thirdParty('2026-05')),
  interfaceEndpoint: price('interface_endpoint', 0.01, 'zone-hour', thirdParty('2026-05')),
  interfaceEndpointGb: price(
    'interface_endpoint_gb',
    0.01,
    'GB',
    page('https://aws.amazon.com/privatelink/pricing/'),
    'first PB of a month; 0.006 for the next four, 0.004 beyond',
  ),
  transitGatewayAttachment: price('transit_gateway_attachment', 0.05, 'hour', thirdParty('2026-06')),
  transitGatewayGb: price('transit_gateway_gb', 0.02, 'GB', thirdParty('2026-06')),
  natGateway: price('nat_gateway', 0.045, 'hour', thirdParty('2026-05')),
  natGatewayGb: price('nat_gateway_gb', 0.045, 'GB', thirdParty('2026-05')),
  publicIpv4: price('public_ipv4', 0.005, 'hour', thirdParty('2026-05')),
  interZoneGb: price('inter_zone_gb', 0.01, 'GB and direction', thirdParty('2026-05')),
  databricksEndpoint: price(
    'databricks_endpoint',
    'unknown',
    'hour',
    unpublished,
    'Databricks announces an hourly charge per endpoint for the future and prints no price',
  ),
  databricksGb: price(
    'databricks_gb',
    'unknown',
    'GB',
    unpublished,
    'charged per GB since 2024-10-07; no price is public',
  ),
  containerVcpuX64: price(
    'container_vcpu_x64',
    0.04048,
    'vCPU-hour',
    fargate('2026-03', 'https://www.wring.co/blog/aws-fargate-pricing-guide'),
  ),
  containerGbX64: price(
    'container_gb_x64',
    0.004445,
    'GB-hour',
    fargate('2026-03', 'https://www.wring.co/blog/aws-fargate-pricing-guide'),
  ),
  containerVcpuArm64: price(
    'container_vcpu_arm64',
    0.03238,
    'vCPU-hour',
    fargate('2026-11', 'https://www.vantage.sh/blog/fargate-pricing'),
  ),
  containerGbArm64: price(
    'container_gb_arm64',
    0.00356,
    'GB-hour',
    fargate('2026-11', 'https://www.vantage.sh/blog/fargate-pricing'),
  ),
  mskBrokerM5Large: price(
    'msk_kafka.m5.large',
    0.21,
    'broker-hour',
    thirdParty('2026-05'),
    'two of eight tables say 0.216',
  ),
  mskBrokerM7gLarge: price('msk_kafka.m7g.large', 0.204, 'broker-hour', thirdParty('2026-05')),
  mskStorageGb: price('msk_storage_gb', 0.1, 'GB-month', thirdParty('2026-05')),
  s3GatewayEndpoint: price('s3_gateway_endpoint', 0, 'hour', noSource, 'free'),
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof priceFacts;
export type Prices = Readonly<Record<PriceName, Price>>;

/** What one NLCU holds of a TCP listener: the largest share of the three is billed. */
export const nlcuOfTcp = {
  newConnectionsPerSecond: { value: 800, sure: 'reported', source: 'third-party price page', asOf: '2026-05' },
  activeConnections: {
    value: 100_000,
    sure: 'assumption',
    source: 'general knowledge, no source read',
    asOf: '2026-11-20',
  },
  gbPerHour: { value: 1, sure: 'assumption', source: 'general knowledge, no source read', asOf: '2026-11-20' },
} as const;
