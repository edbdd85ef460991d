import { AwsError } from '../errors.ts';
import { type Model, referred } from '../model.ts';
import { type AwsWorld, arnOf, blocksOf, number, type Thing, text, texts } from '../world.ts';
import { runMachines } from './machines.ts';
import { subnetOf } from './network.ts';
import { groupOf } from './security-groups.ts';
import { templateOf } from './use.ts';

const template: Model = {
  type: 'aws_launch_template',
  service: 'EC2',
  operations: { create: 'CreateLaunchTemplate', update: 'CreateLaunchTemplateVersion', remove: 'DeleteLaunchTemplate' },
  create({ world, caller, input }) {
    const name = text(input, 'name');
    if (!/^[a-zA-Z0-9().\-/_]{3,128}$/.test(name))
      throw new AwsError(
        'InvalidLaunchTemplateName.MalformedException',
        `A launch template name must be between 3 and 128 characters, and may contain letters, numbers, and the characters - ( ) . / _: '${name}'`,
      );
    if (world.local('aws_launch_template', caller).some((each) => text(each.attributes, 'name') === name))
      throw new AwsError('InvalidLaunchTemplateName.AlreadyExistsException', 'Launch template name already in use.');
    for (const id of texts(input, 'vpc_security_group_ids')) groupOf(world, id);
    checkProfile(world, blocksOf(input, 'iam_instance_profile')[0] ?? {});
    const id = world.ids.id('lt');
    return {
      id,
      computed: {
        arn: arnOf(caller, 'ec2', `launch-template/${id}`),
        default_version: 1,
        latest_version: 1,
        name_prefix: '',
      },
    };
  },
  update({ world, thing, input }) {
    for (const id of texts(input, 'vpc_security_group_ids')) groupOf(world, id);
    const latest = (number(thing.attributes, 'latest_version') ?? 1) + 1;
    const before = number(thing.attributes, 'default_version') ?? 1;
    return { latest_version: latest, default_version: input.update_default_version === true ? latest : before };
  },
};

function checkProfile(world: AwsWorld, given: Readonly<Record<string, unknown>>): void {
  const reference = String(given.arn ?? given.name ?? '');
  if (!reference) return;
  const found = world.find('aws_iam_instance_profile', reference);
  if (!found) throw new AwsError('InvalidParameterValue', `Invalid IamInstanceProfile: ${reference}`);
}

const scalingGroup: Model = {
  type: 'aws_autoscaling_group',
  service: 'Auto Scaling',
  operations: { create: 'CreateAutoScalingGroup', update: 'UpdateAutoScalingGroup', remove: 'DeleteAutoScalingGroup' },
  create({ world, caller, input }) {
    const name = text(input, 'name');
    if (!/^[^:]{1,255}$/.test(name))
      throw new AwsError(
        'ValidationError',
        `1 validation error detected: Value '${name}' at 'autoScalingGroupName' failed to satisfy constraint: Member must not contain a colon and have length at most 255`,
      );
    if (world.local('aws_autoscaling_group', caller).some((each) => text(each.attributes, 'name') === name))
      throw new AwsError(
        'AlreadyExists',
        `AutoScalingGroup by this name already exists - A group with the name ${name} already exists`,
      );
    const made = {
      type: 'aws_autoscaling_group',
      id: name,
      account: caller.account,
      region: caller.region,
      attributes: input,
    };
    checkScaling(world, made);
    const desired = number(input, 'desired_capacity') ?? number(input, 'min_size') ?? 0;
    runMachines(world, made, desired);
    const zones = texts(input, 'vpc_zone_identifier').map((id) =>
      text(subnetOf(world, id).attributes, 'availability_zone'),
    );
    return {
      id: name,
      computed: {
        arn: arnOf(caller, 'autoscaling', `autoScalingGroup:${world.ids.uuid()}:autoScalingGroupName/${name}`),
        desired_capacity: desired,
        name_prefix: '',
        availability_zones: [...new Set(zones)],
        default_cooldown: 300,
        health_check_type: 'EC2',
        load_balancers: [],
        target_group_arns: [],
        predicted_capacity: 0,
        warm_pool_size: 0,
        service_linked_role_arn: `arn:${caller.partition}:iam::${caller.account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
        vpc_zone_identifier: texts(input, 'vpc_zone_identifier'),
      },
    };
  },
  update({ world, thing, input }) {
    const changed = { ...thing, attributes: input };
    checkScaling(world, changed);
    const least = number(input, 'min_size') ?? 0;
    const most = number(input, 'max_size') ?? least;
    const desired = Math.min(Math.max(number(input, 'desired_capacity') ?? least, least), most);
    runMachines(world, changed, desired);
    return { desired_capacity: desired };
  },
  remove({ world, thing }) {
    runMachines(world, thing, 0);
  },
  refresh({ world, thing }) {
    const separate = world
      .all('aws_autoscaling_attachment', (each) => each.attributes.autoscaling_group_name === thing.id)
      .map((each) => text(each.attributes, 'lb_target_group_arn'));
    return { target_group_arns: [...new Set([...texts(thing.attributes, 'target_group_arns'), ...separate])].sort() };
  },
};

function checkScaling(world: AwsWorld, group: Thing): void {
  const least = number(group.attributes, 'min_size') ?? 0;
  const most = number(group.attributes, 'max_size') ?? 0;
  const desired = number(group.attributes, 'desired_capacity');
  if (least > most)
    throw new AwsError('ValidationError', `Max bound, ${most}, must be greater than or equal to min bound, ${least}`);
  if (desired !== undefined && (desired < least || desired > most))
    throw new AwsError(
      'ValidationError',
      `Desired capacity:${desired} must be between the specified min size:${least} and max size:${most}`,
    );
  if (!texts(group.attributes, 'vpc_zone_identifier').length && !texts(group.attributes, 'availability_zones').length)
    throw new AwsError('ValidationError', 'At least one Availability Zone or VPC Subnet is required.');
  for (const id of texts(group.attributes, 'vpc_zone_identifier')) subnetOf(world, id);
  const used = templateOf(world, group);
  if (!used)
    throw new AwsError(
      'ValidationError',
      'You must use a valid fully-formed launch template. The specified launch template does not exist.',
    );
  const vpcs = new Set(
    texts(group.attributes, 'vpc_zone_identifier').map((id) => text(subnetOf(world, id).attributes, 'vpc_id')),
  );
  for (const id of texts(used.attributes, 'vpc_security_group_ids'))
    if (!vpcs.has(text(groupOf(world, id).attributes, 'vpc_id')))
      throw new AwsError(
        'ValidationError',
        `You must use a valid fully-formed launch template. Security group ${id} and subnet belong to different networks.`,
      );
  for (const arn of texts(group.attributes, 'target_group_arns')) attachable(world, arn);
}

/** A group registers its instances; a target group for addresses takes none. */
function attachable(world: AwsWorld, arn: string): void {
  const group = world.get('aws_lb_target_group', arn);
  if (!group) throw new AwsError('ValidationError', `Target group '${arn}' not found`);
  if (text(group.attributes, 'target_type') !== 'instance')
    throw new AwsError(
      'ValidationError',
      `Provided Target Groups may not be valid. Please ensure they exist and have target type instance: ${arn}`,
    );
}

const groupNamed = (world: AwsWorld, name: string): Thing =>
  referred(
    world,
    'aws_autoscaling_group',
    name,
    'ValidationError',
    `AutoScalingGroup name not found - AutoScalingGroup '${name}' not found`,
  );

const attachment: Model = {
  type: 'aws_autoscaling_attachment',
  service: 'Auto Scaling',
  operations: { create: 'AttachLoadBalancerTargetGroups', remove: 'DetachLoadBalancerTargetGroups' },
  create({ world, input }) {
    groupNamed(world, text(input, 'autoscaling_group_name'));
    attachable(world, text(input, 'lb_target_group_arn'));
    return { id: `${text(input, 'autoscaling_group_name')}-${world.ids.suffix()}`, computed: {} };
  },
};

const policy: Model = {
  type: 'aws_autoscaling_policy',
  service: 'Auto Scaling',
  operations: { create: 'PutScalingPolicy', update: 'PutScalingPolicy', remove: 'DeletePolicy' },
  create({ world, caller, input }) {
    const group = groupNamed(world, text(input, 'autoscaling_group_name'));
    const name = text(input, 'name');
    if (
      text(input, 'policy_type') === 'TargetTrackingScaling' &&
      !blocksOf(input, 'target_tracking_configuration').length
    )
      throw new AwsError(
        'ValidationError',
        'TargetTrackingConfiguration is required for policy type TargetTrackingScaling',
      );
    const arn = arnOf(
      caller,
      'autoscaling',
      `scalingPolicy:${world.ids.uuid()}:autoScalingGroupName/${group.id}:policyName/${name}`,
    );
    return { id: name, computed: { arn, metric_aggregation_type: '' } };
  },
  importId: (thing) => `${text(thing.attributes, 'autoscaling_group_name')}/${text(thing.attributes, 'name')}`,
};

export const fleetModels = [template, scalingGroup, attachment, policy];
