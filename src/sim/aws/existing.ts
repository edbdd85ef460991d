import type { InfraPlan } from '../../ir/index.ts';
import type { Attributes } from '../terraform/values.ts';
import { type AwsWorld, arnOf, type Caller, zonesOf } from './world.ts';

/**
 * Puts into the world what a plan takes for granted: spoke networks, transit gateways, a hub VPC that exists,
 * hosted zones, buckets of S3 rules. Nothing that lakegate itself makes.
 */
export function seedExisting(world: AwsWorld, plan: InfraPlan): void {
  const home: Caller = { account: plan.aws.account, region: plan.aws.region, partition: plan.aws.partition };
  const put = (type: string, id: string, caller: Caller, attributes: Attributes): void => {
    if (!world.get(type, id))
      world.put({
        type,
        id,
        account: caller.account,
        region: caller.region,
        attributes: { id, region: caller.region, ...attributes },
      });
  };
  const putVpc = (id: string, cidr: string, caller: Caller): void => {
    const [group, table] = [world.ids.id('sg'), world.ids.id('rtb')];
    if (world.get('aws_vpc', id)) return;
    put('aws_vpc', id, caller, {
      arn: arnOf(caller, 'ec2', `vpc/${id}`),
      cidr_block: cidr,
      default_security_group_id: group,
      main_route_table_id: table,
      owner_id: caller.account,
      enable_dns_support: true,
      enable_dns_hostnames: true,
      tags: {},
    });
    put('aws_security_group', group, caller, { vpc_id: id, name: 'default', is_default: true });
    put('aws_route_table', table, caller, { vpc_id: id, is_main: true });
  };
  const putSubnet = (id: string, vpc: string, at: number, cidr: string, caller: Caller): void => {
    const zone = zonesOf(caller.region)[at % 3];
    put('aws_subnet', id, caller, {
      arn: arnOf(caller, 'ec2', `subnet/${id}`),
      vpc_id: vpc,
      cidr_block: cidr,
      availability_zone: zone?.name ?? '',
      availability_zone_id: zone?.id ?? '',
      owner_id: caller.account,
    });
    const [table, association] = [world.ids.id('rtb'), world.ids.id('rtbassoc')];
    put('aws_route_table', table, caller, { vpc_id: vpc });
    put('aws_route_table_association', association, caller, { subnet_id: id, route_table_id: table });
  };

  const vpc = plan.hub?.vpc;
  if (vpc?.kind === 'existing') {
    // The plan knows no CIDR of a hub that exists. 10.99.0.0/16 is one that examples do not use.
    putVpc(vpc.id, '10.99.0.0/16', home);
    for (const [at, id] of vpc.subnetIds.entries()) putSubnet(id, vpc.id, at, `10.99.${at * 16}.0/20`, home);
  }
  for (const network of plan.networks) {
    const owner: Caller = { ...home, account: network.account ?? home.account };
    if (network.transitGateway) {
      const id = network.transitGateway;
      put('aws_ec2_transit_gateway', id, home, {
        arn: arnOf(home, 'ec2', `transit-gateway/${id}`),
        owner_id: home.account,
      });
    }
    const [cidr] = network.cidrs;
    if (network.vpc && cidr) {
      putVpc(network.vpc, cidr, owner);
      const prefix = Number(cidr.split('/')[1]);
      const [first = '0', second = '0'] = cidr.split('.');
      // Subnets of a spoke are not in the plan; where its side is written they are found by what they belong to.
      if (prefix <= 16)
        for (const at of [0, 1, 2])
          putSubnet(
            `${network.vpc.replace('vpc-', 'subnet-').slice(0, -1)}${at}`,
            network.vpc,
            at,
            `${first}.${second}.${at * 16}.0/20`,
            owner,
          );
    }
  }
  for (const ncc of plan.nccs)
    for (const rule of ncc.rules)
      if (rule.kind === 's3')
        for (const bucket of rule.buckets)
          put('aws_s3_bucket', bucket, home, { bucket, arn: `arn:${home.partition}:s3:::${bucket}` });
  for (const cluster of plan.mskClusters) seedCluster(world, plan, cluster);
}

/** A cluster that exists keeps the broker names of the plan. */
function seedCluster(world: AwsWorld, plan: InfraPlan, cluster: InfraPlan['mskClusters'][number]): void {
  if (cluster.source.kind !== 'existing' || !cluster.source.clusterArn) return;
  const arn = cluster.source.clusterArn;
  const at = { account: plan.aws.account, region: plan.aws.region };
  world.put({
    ...at,
    type: 'aws_msk_cluster',
    id: arn,
    attributes: { id: arn, arn, cluster_name: cluster.name, number_of_broker_nodes: cluster.brokers.length },
  });
  const [cidr = '10.0.0.0/16'] = plan.networks.find((each) => each.vpc)?.cidrs ?? [];
  const [first, second] = cidr.split('.');
  for (const broker of cluster.brokers)
    world.put({
      ...at,
      type: 'broker',
      id: `${arn}/${broker.number}`,
      attributes: {
        cluster: arn,
        number: broker.number,
        host: broker.host,
        address: `${first}.${second}.200.${broker.number}`,
        subnet: '',
        arn: `${arn.replace(':cluster/', ':broker/')}/${world.ids.uuid()}`,
        interface: world.ids.id('eni'),
      },
    });
}
