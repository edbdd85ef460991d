import type { InfraPlan, RouterFleet } from '../../ir/index.ts';
import type { HubNetwork, Make } from './hub.ts';

/** Target groups that one container service takes. @see docs of ECS, register-multiple-targetgroups (2026-11-20) */
const groupsPerService = 5;

/** The routers: an auto scaling group, or container services, at their smallest size, behind the given target groups. */
export async function fillFleet(
  infra: InfraPlan,
  router: RouterFleet,
  at: HubNetwork & { readonly securityGroup: string },
  targetGroups: readonly { readonly arn: string; readonly port: number }[],
  make: Make,
): Promise<void> {
  const name = `${infra.name}-router`;
  switch (router.run) {
    case 'instances': {
      const template = await make('aws_launch_template', {
        name,
        network_interfaces: [{ security_groups: [at.securityGroup] }],
      });
      const fleet = await make('aws_autoscaling_group', {
        name,
        min_size: router.min,
        max_size: router.max,
        vpc_zone_identifier: [...at.subnetIds],
        launch_template: [{ id: template.id }],
      });
      for (const { arn } of targetGroups)
        await make('aws_autoscaling_attachment', { autoscaling_group_name: fleet.id, lb_target_group_arn: arn });
      return;
    }
    case 'containers': {
      const { id: cluster } = await make('aws_ecs_cluster', { name });
      const container_definitions = JSON.stringify([{ name: 'router', image: name }]);
      await make('aws_ecs_task_definition', { family: name, container_definitions });
      // A plan with more listeners cannot be synthesised; it can be tried here, with the same tasks once more.
      for (let first = 0; first < targetGroups.length; first += groupsPerService)
        await make('aws_ecs_service', {
          name: first === 0 ? name : `${name}-${first / groupsPerService + 1}`,
          cluster,
          task_definition: name,
          desired_count: router.min,
          network_configuration: [{ subnets: [...at.subnetIds], security_groups: [at.securityGroup] }],
          load_balancer: targetGroups.slice(first, first + groupsPerService).map(({ arn, port }) => ({
            target_group_arn: arn,
            container_name: 'router',
            container_port: port,
          })),
        });
      return;
    }
    default:
      return router.run satisfies never;
  }
}
