import { readThing } from '../cloud.ts';
import { machinesOf } from '../models/machines.ts';
import { type AwsWorld, blocksOf, number, type Thing, text, texts } from '../world.ts';
import { type Action, listOf, pageOf } from './form.ts';
import type { Xml } from './xml.ts';

/** The Auto Scaling calls that lakegate makes. */
export const scalingActions: Readonly<Record<string, Action>> = {
  DescribeAutoScalingGroups(world, caller, form) {
    const names = listOf(form, 'AutoScalingGroupName');
    const found = world
      .local('aws_autoscaling_group', caller)
      .filter((each) => !names.length || names.includes(text(each.attributes, 'name')));
    const { items, next } = pageOf(found, form, 'MaxRecords', 'NextToken');
    return { AutoScalingGroups: items.map((each) => group(world, each)), NextToken: next };
  },
};

function group(world: AwsWorld, thing: Thing): Xml {
  const attributes = readThing(world, thing);
  const name = text(attributes, 'name');
  const [template] = blocksOf(attributes, 'launch_template');
  return {
    AutoScalingGroupName: name,
    AutoScalingGroupARN: text(attributes, 'arn'),
    LaunchTemplate: template && {
      LaunchTemplateId: text(template, 'id'),
      LaunchTemplateName: text(template, 'name') || undefined,
      Version: text(template, 'version') || '$Default',
    },
    MinSize: number(attributes, 'min_size'),
    MaxSize: number(attributes, 'max_size'),
    DesiredCapacity: number(attributes, 'desired_capacity'),
    DefaultCooldown: number(attributes, 'default_cooldown'),
    AvailabilityZones: texts(attributes, 'availability_zones'),
    TargetGroupARNs: texts(attributes, 'target_group_arns'),
    HealthCheckType: text(attributes, 'health_check_type'),
    CreatedTime: new Date(world.now()).toISOString(),
    VPCZoneIdentifier: texts(attributes, 'vpc_zone_identifier').join(),
    Instances: machinesOf(world, thing).map(({ id, zone }) => ({
      InstanceId: id,
      AvailabilityZone: zone,
      LifecycleState: 'InService',
      HealthStatus: 'Healthy',
      ProtectedFromScaleIn: false,
    })),
    Tags: blocksOf(attributes, 'tag').map((each) => ({
      ResourceId: name,
      ResourceType: 'auto-scaling-group',
      Key: text(each, 'key'),
      Value: text(each, 'value'),
      PropagateAtLaunch: each.propagate_at_launch === true,
    })),
  };
}
