import { type Cidr, cidrContains } from '../../../ir/index.ts';
import { type AwsWorld, blocksOf, number, type Thing, text, texts } from '../world.ts';
import { actionGroups, targetGroupOf } from './load-balancers.ts';
import { machinesOf } from './machines.ts';

/** A target as it is registered in a target group: what the load balancer connects to. */
export interface RegisteredTarget {
  /** The id of an instance, else the address. */
  readonly id: string;
  readonly port: number;
  /** Its zone by name; `all` for an address outside the VPC. */
  readonly zone: string;
  readonly address: string;
}

/** As DescribeTargetHealth gives it. */
export interface TargetHealth extends RegisteredTarget {
  readonly state: TargetState;
  readonly reason?: string;
}

export type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'unused';

/** The targets of a group: addresses by RegisterTargets, and what auto scaling groups and container services register. */
export function registeredTargets(world: AwsWorld, arn: string): readonly RegisteredTarget[] {
  const group = targetGroupOf(world, arn);
  const port = number(group.attributes, 'port') ?? 0;
  const attached = world
    .all('aws_lb_target_group_attachment', (each) => each.attributes.target_group_arn === arn)
    .map(({ attributes }) => {
      const id = text(attributes, 'target_id');
      return {
        id,
        port: number(attributes, 'registered_port') ?? port,
        zone: text(attributes, 'availability_zone') || zoneOf(world, group, id),
        address: id,
      };
    });
  return [...attached, ...instanceTargets(world, arn, port), ...taskTargets(world, arn, port)];
}

function instanceTargets(world: AwsWorld, arn: string, port: number): readonly RegisteredTarget[] {
  const attached = world
    .all('aws_autoscaling_attachment', (each) => each.attributes.lb_target_group_arn === arn)
    .map((each) => text(each.attributes, 'autoscaling_group_name'));
  return world
    .all(
      'aws_autoscaling_group',
      (each) => attached.includes(each.id) || texts(each.attributes, 'target_group_arns').includes(arn),
    )
    .flatMap((group) => machinesOf(world, group))
    .map(({ id, zone, address }) => ({ id, port, zone, address }));
}

/** A container service registers the address of each task at the container's port. */
function taskTargets(world: AwsWorld, arn: string, port: number): readonly RegisteredTarget[] {
  return world.all('aws_ecs_service').flatMap((service) =>
    blocksOf(service.attributes, 'load_balancer')
      .filter((each) => text(each, 'target_group_arn') === arn)
      .flatMap((each) =>
        machinesOf(world, service).map(({ zone, address }) => ({
          id: address,
          port: number(each, 'container_port') ?? port,
          zone,
          address,
        })),
      ),
  );
}

/** AWS finds the zone of an address inside the VPC by itself. */
function zoneOf(world: AwsWorld, group: Thing, address: string): string {
  const subnet = world
    .all('aws_subnet', (each) => each.attributes.vpc_id === group.attributes.vpc_id)
    .find((each) => cidrContains(text(each.attributes, 'cidr_block') as Cidr, address));
  return text(subnet?.attributes ?? {}, 'availability_zone');
}

/** State and reason of each target of a group. A target that nothing has checked counts as healthy. */
export function targetHealth(world: AwsWorld, arn: string): readonly TargetHealth[] {
  const used = world.all('aws_lb_listener', (each) => actionGroups(each.attributes).includes(arn)).length > 0;
  return registeredTargets(world, arn).map((target) => {
    if (!used) return { ...target, state: 'unused', reason: 'Target.NotInUse' };
    const kept = world.get('target_health', healthId(arn, target))?.attributes;
    const reason = kept && text(kept, 'reason');
    return { ...target, state: (kept ? text(kept, 'state') : 'healthy') as TargetState, ...(reason && { reason }) };
  });
}

/** Keeps what a health check found, until the next one. */
export function setTargetHealth(
  world: AwsWorld,
  arn: string,
  target: Pick<RegisteredTarget, 'id' | 'port'>,
  state: TargetState,
  reason = '',
): void {
  const { account, region } = targetGroupOf(world, arn);
  world.put({
    type: 'target_health',
    id: healthId(arn, target),
    account,
    region,
    attributes: { group: arn, state, reason },
  });
}

const healthId = (arn: string, { id, port }: Pick<RegisteredTarget, 'id' | 'port'>): string => `${arn}/${id}:${port}`;
