import { type AwsWorld, blocksOf, type Thing, text, texts } from '../world.ts';

/** What has a network interface in a subnet, so that the subnet cannot go. */
export function usersOfSubnet(world: AwsWorld, id: string): readonly Thing[] {
  const listed: readonly (readonly [string, string])[] = [
    ['aws_lb', 'subnets'],
    ['aws_vpc_endpoint', 'subnet_ids'],
    ['aws_ec2_transit_gateway_vpc_attachment', 'subnet_ids'],
  ];
  return [
    ...listed.flatMap(([type, name]) => world.all(type, (thing) => texts(thing.attributes, name).includes(id))),
    ...world.all('aws_nat_gateway', (thing) => text(thing.attributes, 'subnet_id') === id),
    ...world.all('aws_autoscaling_group', (thing) => texts(thing.attributes, 'vpc_zone_identifier').includes(id)),
    ...world.all('aws_route53_resolver_endpoint', (thing) =>
      blocksOf(thing.attributes, 'ip_address').some((each) => text(each, 'subnet_id') === id),
    ),
    ...world.all('aws_msk_cluster', (thing) =>
      blocksOf(thing.attributes, 'broker_node_group_info').some((each) => texts(each, 'client_subnets').includes(id)),
    ),
    ...world.all('aws_ecs_service', (thing) =>
      blocksOf(thing.attributes, 'network_configuration').some((each) => texts(each, 'subnets').includes(id)),
    ),
  ];
}

/** What has a network interface with a security group, or a rule of another group that names it. */
export function usersOfSecurityGroup(world: AwsWorld, id: string): readonly Thing[] {
  const listed: readonly (readonly [string, string])[] = [
    ['aws_lb', 'security_groups'],
    ['aws_vpc_endpoint', 'security_group_ids'],
    ['aws_route53_resolver_endpoint', 'security_group_ids'],
  ];
  return [
    ...listed.flatMap(([type, name]) => world.all(type, (thing) => texts(thing.attributes, name).includes(id))),
    ...world.all('aws_autoscaling_group', (thing) => templateGroups(world, thing).includes(id)),
    ...world.all('aws_msk_cluster', (thing) =>
      blocksOf(thing.attributes, 'broker_node_group_info').some((each) => texts(each, 'security_groups').includes(id)),
    ),
    ...world.all('aws_ecs_service', (thing) =>
      blocksOf(thing.attributes, 'network_configuration').some((each) => texts(each, 'security_groups').includes(id)),
    ),
    ...['aws_vpc_security_group_ingress_rule', 'aws_vpc_security_group_egress_rule'].flatMap((type) =>
      world.all(
        type,
        ({ attributes }) =>
          text(attributes, 'referenced_security_group_id') === id && text(attributes, 'security_group_id') !== id,
      ),
    ),
  ];
}

/** The launch template of an auto scaling group. */
export function templateOf(world: AwsWorld, group: Thing): Thing | undefined {
  const [reference] = blocksOf(group.attributes, 'launch_template');
  if (!reference) return undefined;
  const id = text(reference, 'id');
  const name = text(reference, 'name');
  return (
    world.get('aws_launch_template', id) ??
    world.all('aws_launch_template', (each) => text(each.attributes, 'name') === name)[0]
  );
}

/** Security groups of the instances of an auto scaling group. */
export function templateGroups(world: AwsWorld, group: Thing): readonly string[] {
  const template = templateOf(world, group)?.attributes ?? {};
  return [
    ...texts(template, 'vpc_security_group_ids'),
    ...blocksOf(template, 'network_interfaces').flatMap((each) => texts(each, 'security_groups')),
  ];
}
