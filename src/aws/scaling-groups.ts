import type { AutoScaling } from '@aws-sdk/client-auto-scaling';
import type { Api } from './api.ts';
import { type Tags, tagsOf } from './tags.ts';

export interface ScalingGroupState {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  readonly subnetIds: readonly string[];
  readonly targetGroupArns: readonly string[];
  /** Absent for a group without a launch template of one type, such as one with several instance types. */
  readonly template?: { readonly id: string; readonly version: string };
  readonly instances: readonly {
    readonly id: string;
    readonly zone: string;
    /** `Pending`, `InService`, `Terminating`, … */
    readonly lifecycle: string;
    readonly healthy: boolean;
  }[];
  readonly tags: Tags;
}

export interface ScalingGroups {
  /** All of the region. Throws AwsCallError. */
  describe(): Promise<readonly ScalingGroupState[]>;
}

export function scalingGroups(api: Api<AutoScaling>): ScalingGroups {
  return {
    async describe() {
      const found = await api.all(
        'DescribeAutoScalingGroups',
        (client, NextToken) => client.describeAutoScalingGroups({ NextToken, MaxRecords: 100 }),
        (page) => ({ items: page.AutoScalingGroups, next: page.NextToken }),
      );
      return found.map((each) => ({
        name: each.AutoScalingGroupName ?? '',
        min: each.MinSize ?? 0,
        max: each.MaxSize ?? 0,
        desired: each.DesiredCapacity ?? 0,
        subnetIds: (each.VPCZoneIdentifier ?? '').split(',').filter((id) => id !== ''),
        targetGroupArns: each.TargetGroupARNs ?? [],
        ...(each.LaunchTemplate?.LaunchTemplateId
          ? {
              template: {
                id: each.LaunchTemplate.LaunchTemplateId,
                version: each.LaunchTemplate.Version ?? '$Default',
              },
            }
          : {}),
        instances: (each.Instances ?? []).map((instance) => ({
          id: instance.InstanceId ?? '',
          zone: instance.AvailabilityZone ?? '',
          lifecycle: instance.LifecycleState ?? '',
          healthy: instance.HealthStatus === 'Healthy',
        })),
        tags: tagsOf(each.Tags),
      }));
    },
  };
}
