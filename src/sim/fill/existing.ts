import { type Cidr, cidrRange, type InfraPlan, ipv4Text, type MskCluster, type NetworkPath } from '../../ir/index.ts';
import { type Attributes, type AwsWorld, zonesOf } from '../aws/index.ts';

/** The range of an existing hub that the plan does not state. */
const unstatedHub = '10.80.0.0/16';
/** The range of a spoke VPC that the plan does not state. */
const unstatedSpoke = '10.250.0.0/16';

/** The transit gateway of a network. One that the spec does not name has a made-up id: it can be tried here, not synthesised. */
export const transitGatewayOf = ({ name, reach, transitGateway }: NetworkPath): string | undefined =>
  reach === 'transit-gateway' ? (transitGateway ?? `tgw-of-${name}`) : undefined;

/** The VPC behind a network; made up where a peering names none. */
export const vpcOfNetwork = ({ name, reach, vpc }: NetworkPath): string | undefined =>
  vpc ?? (reach === 'peering' ? `vpc-of-${name}` : undefined);

/** Puts there what a plan names as existing: transit gateways, private zones, spoke VPCs, the hub, clusters, the role of a signer. */
export function placeExisting(aws: AwsWorld, infra: InfraPlan): void {
  const { account, region, partition } = infra.aws;
  const put = (type: string, id: string, owner: string, attributes: Attributes): void =>
    void aws.put({
      type,
      id,
      account: owner,
      region,
      attributes: {
        id,
        region,
        arn: `arn:${partition}:ec2:${region}:${owner}:${type}/${id}`,
        owner_id: owner,
        ...attributes,
      },
    });
  const vpc = (id: string, owner: string, cidr: string, subnets: readonly string[]): void => {
    const table = `rtb-${id.slice(4)}`;
    put('aws_vpc', id, owner, { cidr_block: cidr, main_route_table_id: table });
    put('aws_route_table', table, owner, { vpc_id: id, is_main: true });
    for (const [at, subnet] of subnets.entries())
      put('aws_subnet', subnet, owner, {
        vpc_id: id,
        cidr_block: partOf(cidr, at, subnets.length),
        ...zoneNumbered(region, at),
      });
  };
  for (const network of infra.networks) {
    const gateway = transitGatewayOf(network);
    if (gateway !== undefined) put('aws_ec2_transit_gateway', gateway, account, {});
    const owner = network.account ?? account;
    for (const zone of network.privateZones ?? []) put('aws_route53_zone', zone, owner, {});
    const spoke = vpcOfNetwork(network);
    if (spoke !== undefined) {
      const name = spoke.slice(4);
      vpc(spoke, owner, network.cidrs[0] ?? unstatedSpoke, [`subnet-${name}1`, `subnet-${name}2`]);
    }
  }
  for (const cluster of infra.mskClusters) placeCluster(cluster);
  const trusts = infra.inspection?.signer?.trusts;
  if (trusts?.by === 'role' && trusts.arn.includes(`:${account}:role/`)) {
    const name = trusts.arn.slice(trusts.arn.lastIndexOf('/') + 1);
    put('aws_iam_role', name, account, { arn: trusts.arn, name });
  }
  const hub = infra.hub?.vpc;
  if (hub?.kind === 'existing') {
    vpc(hub.id, account, hubRange(infra), hub.subnetIds);
    // Its default route belongs to its owner: lakegate adds none to a network that exists.
    const route_table_id = `rtb-${hub.id.slice(4)}`;
    const attributes = {
      route_table_id,
      destination_cidr_block: '0.0.0.0/0',
      nat_gateway_id: 'nat-0',
      state: 'active',
    };
    put('aws_route', `r-${route_table_id}`, account, attributes);
  }

  /** A cluster with its brokers, at the end of the range of its network. */
  function placeCluster({ target, name, source, brokers }: MskCluster): void {
    if (source.kind !== 'existing') return;
    const arn = source.clusterArn ?? `arn:${partition}:kafka:${region}:${account}:cluster/${name}/existing`;
    put('aws_msk_cluster', arn, account, { arn, cluster_name: name });
    const network = infra.targets.find((each) => each.name === target)?.network;
    const { last } = cidrRange(rangeOf(infra, network) as Cidr);
    for (const { number, host } of brokers)
      put('broker', `${arn}/${number}`, account, { cluster: arn, number, host, address: ipv4Text(last - 50 + number) });
  }
}

/** A range of a network; of the hub where the plan states none. */
function rangeOf(infra: InfraPlan, network: string | undefined): string {
  const stated = infra.networks.find((each) => each.name === network)?.cidrs[0];
  const hub = infra.hub?.vpc;
  return stated ?? (hub?.kind === 'create' ? hub.cidr : hubRange(infra));
}

const hubRange = ({ networks }: InfraPlan): string =>
  networks.find((each) => each.reach === 'hub')?.cidrs[0] ?? unstatedHub;

const zoneNumbered = (region: string, at: number): Attributes => {
  const zones = zonesOf(region);
  const zone = zones[at % zones.length];
  return { availability_zone: zone?.name ?? '', availability_zone_id: zone?.id ?? '' };
};

/** One of `count` equal parts of a range: a /24, or less where the range has no room for that. */
function partOf(range: string, at: number, count: number): string {
  const { first, length } = cidrRange(range as Cidr);
  const part = Math.min(28, Math.max(length + Math.ceil(Math.log2(count)), 24));
  return `${ipv4Text(first + at * 2 ** (32 - part))}/${part}`;
}
