import type { ECS } from '@aws-sdk/client-ecs';
import type { Api } from './api.ts';

export interface ContainerServiceState {
  readonly arn: string;
  readonly name: string;
  /** `ACTIVE`, `DRAINING` or `INACTIVE`. */
  readonly status: string;
  readonly desired: number;
  readonly running: number;
  readonly subnetIds: readonly string[];
  readonly securityGroups: readonly string[];
  readonly targetGroupArns: readonly string[];
}

export interface Containers {
  /** All services of a cluster, by its name or ARN. Throws AwsCallError, also for a cluster that does not exist. */
  services(cluster: string): Promise<readonly ContainerServiceState[]>;
}

/** Services that one DescribeServices takes. @see API ecs `DescribeServicesRequest.services` */
const servicesPerCall = 10;

export function containers(ecs: Api<ECS>): Containers {
  return {
    async services(cluster) {
      const arns = await ecs.all(
        'ListServices',
        (client, nextToken) => client.listServices({ cluster, nextToken, maxResults: servicesPerCall }),
        (page) => ({ items: page.serviceArns, next: page.nextToken }),
      );
      const chunks = Array.from({ length: Math.ceil(arns.length / servicesPerCall) }, (_, at) =>
        arns.slice(at * servicesPerCall, (at + 1) * servicesPerCall),
      );
      const answers = await Promise.all(
        chunks.map((services) =>
          ecs.call('DescribeServices', (client) => client.describeServices({ cluster, services })),
        ),
      );
      return answers
        .flatMap(({ services }) => services ?? [])
        .map((each) => ({
          arn: each.serviceArn ?? '',
          name: each.serviceName ?? '',
          status: each.status ?? '',
          desired: each.desiredCount ?? 0,
          running: each.runningCount ?? 0,
          subnetIds: each.networkConfiguration?.awsvpcConfiguration?.subnets ?? [],
          securityGroups: each.networkConfiguration?.awsvpcConfiguration?.securityGroups ?? [],
          targetGroupArns: (each.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? []),
        }));
    },
  };
}
