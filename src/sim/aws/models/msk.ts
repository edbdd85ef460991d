import { AwsError } from '../errors.ts';
import type { Model } from '../model.ts';
import { type AwsWorld, arnOf, blocksOf, number, type Thing, text, texts } from '../world.ts';
import { subnetOf } from './network.ts';
import { groupOf } from './security-groups.ts';

/**
 * Ports of brokers inside the VPC, by how clients prove who they are.
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html
 */
const ports = { plaintext: 9092, tls: 9094, scram: 9096, iam: 9098 } as const;

export interface Broker {
  readonly number: number;
  readonly host: string;
  readonly address: string;
  readonly subnet: string;
  readonly arn: string;
  readonly interfaceId: string;
}

/** A made-up cluster's brokers, in turn over the zones: names `b-1.<cluster>.<hash>.c<n>.kafka.<region>.amazonaws.com`, addresses in its subnets. */
function makeBrokers(world: AwsWorld, cluster: Thing): void {
  const [nodes = {}] = blocksOf(cluster.attributes, 'broker_node_group_info');
  const zoneOf = (subnet: Thing): string => text(subnet.attributes, 'availability_zone');
  const subnets = texts(nodes, 'client_subnets')
    .map((id) => subnetOf(world, id))
    .sort((one, other) => (zoneOf(one) < zoneOf(other) ? -1 : 1));
  const domain = `${text(cluster.attributes, 'cluster_name').toLowerCase()}.${world.ids.hex(6)}.c${3 + (Number.parseInt(world.ids.hex(1), 16) % 5)}.kafka.${cluster.region}.amazonaws.com`;
  const count = number(cluster.attributes, 'number_of_broker_nodes') ?? 0;
  for (let at = 0; at < count; at += 1) {
    const subnet = subnets[at % subnets.length];
    if (!subnet) return;
    world.put({
      type: 'broker',
      id: `${cluster.id}/${at + 1}`,
      account: cluster.account,
      region: cluster.region,
      attributes: {
        cluster: cluster.id,
        number: at + 1,
        host: `b-${at + 1}.${domain}`,
        address: world.address(subnet),
        subnet: subnet.id,
        arn: `${cluster.id.replace(':cluster/', ':broker/')}/${world.ids.uuid()}`,
        interface: world.ids.id('eni'),
      },
    });
  }
}

export const brokersOf = (world: AwsWorld, cluster: string): readonly Broker[] =>
  world
    .all('broker', (each) => each.attributes.cluster === cluster)
    .map(({ attributes }) => ({
      number: number(attributes, 'number') ?? 0,
      host: text(attributes, 'host'),
      address: text(attributes, 'address'),
      subnet: text(attributes, 'subnet'),
      arn: text(attributes, 'arn'),
      interfaceId: text(attributes, 'interface'),
    }))
    .sort((a, b) => a.number - b.number);

/** The bootstrap strings that the cluster's settings give. */
export function bootstrapOf(world: AwsWorld, cluster: Thing): Readonly<Record<string, string>> {
  const [encryption = {}] = blocksOf(cluster.attributes, 'encryption_info');
  const [transit = {}] = blocksOf(encryption, 'encryption_in_transit');
  const [auth = {}] = blocksOf(cluster.attributes, 'client_authentication');
  const [sasl = {}] = blocksOf(auth, 'sasl');
  const between = text(transit, 'client_broker') || 'TLS';
  const brokers = brokersOf(world, cluster.id);
  const line = (port: number): string => brokers.map((each) => `${each.host}:${port}`).join();
  const open = auth.unauthenticated === true || !blocksOf(cluster.attributes, 'client_authentication').length;
  return {
    bootstrap_brokers: between !== 'TLS' && open ? line(ports.plaintext) : '',
    bootstrap_brokers_tls: between !== 'PLAINTEXT' && (open || blocksOf(auth, 'tls').length > 0) ? line(ports.tls) : '',
    bootstrap_brokers_sasl_scram: sasl.scram === true ? line(ports.scram) : '',
    bootstrap_brokers_sasl_iam: sasl.iam === true ? line(ports.iam) : '',
    bootstrap_brokers_public_sasl_iam: '',
    bootstrap_brokers_public_sasl_scram: '',
    bootstrap_brokers_public_tls: '',
    bootstrap_brokers_vpc_connectivity_sasl_iam: '',
    bootstrap_brokers_vpc_connectivity_sasl_scram: '',
    bootstrap_brokers_vpc_connectivity_tls: '',
  };
}

const cluster: Model = {
  type: 'aws_msk_cluster',
  service: 'Kafka',
  operations: { create: 'CreateCluster', update: 'UpdateBrokerCount', remove: 'DeleteCluster' },
  create({ world, caller, input }) {
    const name = text(input, 'cluster_name');
    if (!/^[a-zA-Z0-9-]{1,64}$/.test(name))
      throw new AwsError(
        'BadRequestException',
        `The cluster name '${name}' must be 1 to 64 letters, digits and hyphens`,
      );
    if (world.local('aws_msk_cluster', caller).some((each) => text(each.attributes, 'cluster_name') === name))
      throw new AwsError('ConflictException', `A resource with this name already exists: ${name}`, 409);
    const [nodes] = blocksOf(input, 'broker_node_group_info');
    const subnets = texts(nodes ?? {}, 'client_subnets');
    const count = number(input, 'number_of_broker_nodes') ?? 0;
    if (subnets.length < 2)
      throw new AwsError('BadRequestException', 'Specify at least two client subnets in different Availability Zones');
    if (count < subnets.length || count % subnets.length !== 0)
      throw new AwsError(
        'BadRequestException',
        `The number of broker nodes (${count}) must be a multiple of Availability Zones in the ClientSubnets parameter (${subnets.length})`,
      );
    const zones = subnets.map((id) => text(subnetOf(world, id).attributes, 'availability_zone'));
    if (new Set(zones).size < zones.length)
      throw new AwsError('BadRequestException', 'Each client subnet must be in an Availability Zone of its own');
    const vpcs = new Set(subnets.map((id) => text(subnetOf(world, id).attributes, 'vpc_id')));
    if (vpcs.size > 1) throw new AwsError('BadRequestException', 'All client subnets must be in the same VPC');
    for (const id of texts(nodes ?? {}, 'security_groups'))
      if (!vpcs.has(text(groupOf(world, id).attributes, 'vpc_id')))
        throw new AwsError('BadRequestException', `The security group ${id} is not in the VPC of the client subnets`);
    const uuid = `${world.ids.uuid()}-${3 + (Number.parseInt(world.ids.hex(1), 16) % 5)}`;
    const arn = arnOf(caller, 'kafka', `cluster/${name}/${uuid}`);
    const made = {
      type: 'aws_msk_cluster',
      id: arn,
      account: caller.account,
      region: caller.region,
      attributes: input,
    };
    makeBrokers(world, made);
    return {
      id: arn,
      computed: {
        arn,
        cluster_uuid: uuid,
        current_version: `K${world.ids.upper('', 13)}`,
        storage_mode: 'LOCAL',
        enhanced_monitoring: 'DEFAULT',
        zookeeper_connect_string: '',
        zookeeper_connect_string_tls: '',
        ...bootstrapOf(world, made),
      },
    };
  },
  update({ world, thing, input }) {
    const before = number(thing.attributes, 'number_of_broker_nodes') ?? 0;
    const after = number(input, 'number_of_broker_nodes') ?? before;
    if (after < before) throw new AwsError('BadRequestException', 'The number of broker nodes cannot be decreased');
    return { current_version: `K${world.ids.upper('', 13)}`, ...bootstrapOf(world, { ...thing, attributes: input }) };
  },
  remove({ world, thing }) {
    for (const each of world.all('broker', ({ attributes }) => attributes.cluster === thing.id)) world.remove(each);
  },
};

export const mskModels = [cluster];
