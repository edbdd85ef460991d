import { fromPage } from './fact.ts';

const day = '2026-11-20';
const ncc = fromPage('databricks/databricks-sdk-go v0.175.0, service/settings/model.go', day);
const reported = fromPage('third-party restatement of the Databricks documentation', '2026-09', 'reported');
const listener = fromPage(
  'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ListenerAttribute.html',
  day,
);
const elb = fromPage(
  'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html',
  day,
);
const group = fromPage(
  'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html',
  day,
);
const nlb = fromPage('https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html', day);
const endpoints = fromPage('https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html', day);
const subnets = fromPage('https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html', day, 'assumption');
const vpcQuotas = fromPage(
  'https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html',
  day,
  'assumption',
);
const fleetQuotas = fromPage(
  'https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-quotas.html',
  day,
  'assumption',
);
const samples = fromPage('databricks/terraform-databricks-sra, aws/customizations/serverless_privatelink', day);
const blog = fromPage(
  'https://aws.amazon.com/blogs/networking-and-content-delivery/implementing-long-running-tcp-connections-within-vpc-networking/',
  day,
);

/** Facts that no spec overrides: ranges, name lengths, fixed behaviour. */
export const numberFacts = {
  /** What newer reports give for `domains_per_rule`: `plan` says what it would save. */
  domainsPerRuleReported: reported('domains_per_rule', 100, 'names per private endpoint rule'),
  nccNameMin: ncc('ncc_name_min', 3, 'characters'),
  nccNameMax: ncc('ncc_name_max', 30, 'characters'),
  nlbNameMax: elb('nlb_name_max', 32, 'characters', { remark: 'letters, digits, hyphens; not at either end' }),
  targetGroupNameMax: group('target_group_name_max', 32, 'characters', {
    remark: 'letters, digits, hyphens; not at either end; two hyphens in a row are refused by some tools',
  }),
  idleSecondsMin: listener('idle_seconds_min', 60, 'seconds'),
  idleSecondsMax: listener('idle_seconds_max', 6000, 'seconds'),
  idleSecondsDefault: listener('idle_seconds_default', 350, 'seconds'),
  /** The endpoint's own timeout, which no listener setting lengthens. */
  endpointIdleSeconds: blog('endpoint_idle_seconds', 350, 'seconds'),
  zonesMin: samples('zones_min', 2, 'zones of a load balancer'),
  interfacesPerVpc: nlb('nlb_interfaces_per_vpc', 1200, 'load balancer interfaces per VPC, one per zone', {
    adjustable: true,
  }),
  targetsPerZone: nlb('targets_per_zone_per_nlb', 500, 'members per zone and load balancer', { adjustable: true }),
  targetsPerGroup: nlb('targets_per_target_group', 1000, 'members per target group', { adjustable: true }),
  nlbsPerService: fromPage(
    'https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html',
    day,
    'assumption',
  )('nlbs_per_service', 1, 'load balancers per endpoint service', {
    remark: 'AWS allows several but ties each endpoint interface to one of them at random; lakegate uses one',
  }),
  endpointsPerVpc: endpoints('interface_endpoints_per_vpc', 50, 'interface endpoints per VPC', { adjustable: true }),
  endpointGbpsPerZone: endpoints('endpoint_gbps_per_zone', 10, 'Gbit/s per zone and endpoint', {
    remark: 'scales to 100',
  }),
  rulesPerSecurityGroup: vpcQuotas('rules_per_security_group', 60, 'rules per security group and direction', {
    adjustable: true,
  }),
  targetGroupsPerFleet: fleetQuotas(
    'target_groups_per_auto_scaling_group',
    50,
    'target groups per auto scaling group',
    {
      adjustable: true,
    },
  ),
  subnetReserved: subnets('subnet_reserved_addresses', 5, 'addresses of each subnet that AWS keeps'),
  subnetPrefixMax: subnets('subnet_prefix_max', 28, 'longest prefix of a subnet'),
  vpcPrefixMin: subnets('vpc_prefix_min', 16, 'shortest prefix of a VPC'),
  /** One address per zone and NLB is what AWS takes; it advises room for eight. */
  nlbAddressesPerZone: fromPage(
    'https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html',
    day,
    'assumption',
  )('nlb_addresses_per_zone', 8, 'free addresses per zone that a load balancer wants'),
  hoursPerMonth: fromPage('365 days * 24 hours / 12', day, 'assumption')('hours_per_month', 730, 'hours per month'),
} as const;

export type NumberFacts = typeof numberFacts;
