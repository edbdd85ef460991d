import type { InfraPlan, Subnet } from '../../ir/index.ts';
import { type Attributes, type AwsWorld, type Thing, text, zonesOf } from '../aws/index.ts';
import { transitGatewayOf, vpcOfNetwork } from './existing.ts';

/** Makes an object in the simulated account, under AWS's own rules. Rejects with AwsError. */
export type Make = (type: string, input: Attributes) => Promise<Thing>;

/** What the other objects refer to. */
export interface HubNetwork {
  readonly vpcId: string;
  /** Of load balancers and routers, one for each zone. */
  readonly subnetIds: readonly string[];
}

/** The hub VPC with its subnets and routes to every network, each attachment and peering accepted. */
export async function fillHub(aws: AwsWorld, infra: InfraPlan, make: Make): Promise<HubNetwork | undefined> {
  const vpc = infra.hub?.vpc;
  if (!vpc) return undefined;
  const made =
    vpc.kind === 'create'
      ? await createVpc(infra.aws.region, vpc, make)
      : { vpcId: vpc.id, subnetIds: vpc.subnetIds, tables: tablesOf(aws, vpc.id, vpc.subnetIds) };
  await connectNetworks(aws, infra, made, make);
  return made;
}

type Created = Extract<NonNullable<InfraPlan['hub']>['vpc'], { kind: 'create' }>;
type WithTables = HubNetwork & { readonly tables: readonly string[] };

async function createVpc(region: string, vpc: Created, make: Make): Promise<WithTables> {
  const { id: vpc_id } = await make('aws_vpc', { cidr_block: vpc.cidr, enable_dns_hostnames: true });
  const zones = zonesOf(region);
  const subnet = async ({ zone, cidr }: Subnet): Promise<string> =>
    (await make('aws_subnet', { vpc_id, cidr_block: cidr, availability_zone: zones[zone - 1]?.name ?? '' })).id;
  const table = async (subnet_id: string): Promise<string> => {
    const { id: route_table_id } = await make('aws_route_table', { vpc_id });
    await make('aws_route_table_association', { subnet_id, route_table_id });
    return route_table_id;
  };
  const gateways = new Map<number, string>();
  if (vpc.internet === 'nat') {
    const { id: gateway_id } = await make('aws_internet_gateway', { vpc_id });
    for (const each of vpc.subnets.filter(({ role }) => role === 'public')) {
      const subnet_id = await subnet(each);
      const route_table_id = await table(subnet_id);
      await make('aws_route', { route_table_id, destination_cidr_block: '0.0.0.0/0', gateway_id });
      gateways.set(each.zone, (await make('aws_nat_gateway', { subnet_id })).id);
    }
  }
  const subnetIds: string[] = [];
  const tables: string[] = [];
  for (const each of vpc.subnets.filter(({ role }) => role === 'private')) {
    const subnet_id = await subnet(each);
    const route_table_id = await table(subnet_id);
    const [firstGateway] = gateways.values();
    const nat_gateway_id = gateways.get(each.zone) ?? firstGateway;
    if (nat_gateway_id !== undefined)
      await make('aws_route', { route_table_id, destination_cidr_block: '0.0.0.0/0', nat_gateway_id });
    subnetIds.push(subnet_id);
    tables.push(route_table_id);
  }
  return { vpcId: vpc_id, subnetIds, tables };
}

/** The route tables that subnets use: their own, else the main one of the VPC. */
function tablesOf(aws: AwsWorld, vpcId: string, subnets: readonly string[]): readonly string[] {
  const main = text(aws.get('aws_vpc', vpcId)?.attributes ?? {}, 'main_route_table_id');
  const own = (subnet: string): string | undefined => {
    const [found] = aws.all('aws_route_table_association', (each) => each.attributes.subnet_id === subnet);
    return found && text(found.attributes, 'route_table_id');
  };
  return [...new Set(subnets.map((subnet) => own(subnet) ?? main))];
}

async function connectNetworks(
  aws: AwsWorld,
  infra: InfraPlan,
  { vpcId, subnetIds, tables }: WithTables,
  make: Make,
): Promise<void> {
  const gateways = new Set(infra.networks.flatMap((network) => transitGatewayOf(network) ?? []));
  for (const transit_gateway_id of gateways)
    await make('aws_ec2_transit_gateway_vpc_attachment', {
      transit_gateway_id,
      vpc_id: vpcId,
      subnet_ids: [...subnetIds],
    });
  for (const network of infra.networks) {
    const gateway = transitGatewayOf(network);
    if (gateway !== undefined) await route(network.cidrs, { transit_gateway_id: gateway });
    if (network.reach !== 'peering') continue;
    const peering = await make('aws_vpc_peering_connection', {
      vpc_id: vpcId,
      peer_vpc_id: vpcOfNetwork(network) ?? '',
      ...(network.account === undefined && { auto_accept: true }),
    });
    // The owner of the other VPC, who is not the caller, accepts it.
    peering.attributes = { ...peering.attributes, accept_status: 'active' };
    await route(network.cidrs, { vpc_peering_connection_id: peering.id });
  }

  async function route(cidrs: readonly string[], to: Attributes): Promise<void> {
    for (const route_table_id of tables)
      for (const destination_cidr_block of cidrs) {
        const known = aws.all(
          'aws_route',
          ({ attributes }) =>
            attributes.route_table_id === route_table_id &&
            attributes.destination_cidr_block === destination_cidr_block,
        );
        // Two networks may state the same range behind one gateway.
        if (known.length === 0) await make('aws_route', { route_table_id, destination_cidr_block, ...to });
      }
  }
}
