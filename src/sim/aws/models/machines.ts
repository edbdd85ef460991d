import { type AwsWorld, blocksOf, type Thing, text, texts } from '../world.ts';
import { subnetOf } from './network.ts';
import { templateGroups } from './use.ts';

/** What runs in a subnet with an address: an instance of an auto scaling group, or a task of a container service. */
export interface Machine {
  /** `i-…`, or the id of the task. */
  readonly id: string;
  readonly address: string;
  readonly subnet: string;
  /** By name. */
  readonly zone: string;
  readonly securityGroups: readonly string[];
}

/** The machines of an auto scaling group or container service, oldest first. */
export function machinesOf(world: AwsWorld, owner: Thing): readonly Machine[] {
  const securityGroups = [
    ...templateGroups(world, owner),
    ...blocksOf(owner.attributes, 'network_configuration').flatMap((each) => texts(each, 'security_groups')),
  ];
  return thingsOf(world, owner).map(({ id, attributes }) => ({
    id,
    address: text(attributes, 'private_ip'),
    subnet: text(attributes, 'subnet_id'),
    zone: text(attributes, 'availability_zone'),
    securityGroups,
  }));
}

/** The machines of all auto scaling groups and container services. */
export const allMachines = (world: AwsWorld): readonly Machine[] =>
  ['aws_autoscaling_group', 'aws_ecs_service'].flatMap((type) =>
    world.all(type).flatMap((owner) => machinesOf(world, owner)),
  );

/** Starts or ends machines until there are `count`, in turn over the zones. The newest go first. */
export function runMachines(world: AwsWorld, owner: Thing, count: number): void {
  const have = thingsOf(world, owner);
  for (const each of have.slice(count)) world.remove(each);
  const subnets = subnetsOf(owner)
    .map((id) => subnetOf(world, id))
    .sort((one, other) => (zoneOf(one) < zoneOf(other) ? -1 : 1));
  for (let at = have.length; at < count; at += 1) {
    const subnet = subnets[at % subnets.length];
    if (!subnet) return;
    world.put({
      type: 'machine',
      id: owner.type === 'aws_ecs_service' ? world.ids.hex(32) : world.ids.id('i'),
      account: owner.account,
      region: owner.region,
      attributes: {
        owner: owner.id,
        subnet_id: subnet.id,
        private_ip: world.address(subnet),
        availability_zone: zoneOf(subnet),
      },
    });
  }
}

const zoneOf = (subnet: Thing): string => text(subnet.attributes, 'availability_zone');

const thingsOf = (world: AwsWorld, owner: Thing): readonly Thing[] =>
  world.all('machine', (each) => each.attributes.owner === owner.id);

const subnetsOf = ({ attributes }: Thing): readonly string[] => [
  ...texts(attributes, 'vpc_zone_identifier'),
  ...blocksOf(attributes, 'network_configuration').flatMap((each) => texts(each, 'subnets')),
];
