import type { Context } from '../context.ts';
import { expr, type Section, type Value } from '../language/value.ts';
import { ident, output } from '../names.ts';

/** `outputs.tf`: what others need to know. Nothing in it changes by itself, or a plan would never be empty. */
export function outputSections({ infra, hub }: Context): readonly Section[] {
  return [
    output('endpoint_services', {
      description: 'Endpoint services by their key in the plan.',
      value: Object.fromEntries(
        infra.endpointServices.map(({ key }): [string, Value] => [
          key,
          {
            id: expr(`aws_vpc_endpoint_service.${ident(key)}.id`),
            service_name: expr(`aws_vpc_endpoint_service.${ident(key)}.service_name`),
            load_balancer_arn: expr(`aws_lb.${ident(key)}.arn`),
          },
        ]),
      ),
    }),
    output('nccs', {
      description:
        'NCCs by their key in the plan, with their rules. The endpoint of a rule is known some minutes after the rule is created.',
      value: Object.fromEntries(
        infra.nccs.map(({ key, rules }): [string, Value] => [
          key,
          {
            id: expr(`databricks_mws_network_connectivity_config.${ident(key)}.network_connectivity_config_id`),
            rules: Object.fromEntries(
              rules.map((rule): [string, Value] => [
                rule.key,
                {
                  rule_id: expr(`databricks_mws_ncc_private_endpoint_rule.${ident(rule.key)}.rule_id`),
                  endpoint_id: expr(`databricks_mws_ncc_private_endpoint_rule.${ident(rule.key)}.vpc_endpoint_id`),
                  ...(rule.kind === 'service'
                    ? { service_id: expr(`aws_vpc_endpoint_service.${ident(rule.service)}.id`) }
                    : {}),
                },
              ]),
            ),
          },
        ]),
      ),
    }),
    ...(hub ? [output('hub_cidr', { description: 'The range that spokes route back to.', value: hub.cidr })] : []),
    ...(infra.networks.some((network) => network.reach === 'peering') && hub
      ? [
          output('peering_connections', {
            description: 'The owners of the spokes accept these.',
            value: Object.fromEntries(
              infra.networks
                .filter((network) => network.reach === 'peering')
                .map(({ name }): [string, Value] => [name, expr(`aws_vpc_peering_connection.${ident(name)}.id`)]),
            ),
          }),
        ]
      : []),
    ...(infra.router
      ? [
          output('router_configuration', {
            description: 'Where the routers read their routes and the endpoint map.',
            value: {
              bucket: expr('aws_s3_bucket.config.id'),
              routes_key: expr('aws_s3_object.routes.key'),
              policy_key: infra.router.names.keys.policy,
              kms_key_arn: expr('aws_kms_key.hub.arn'),
            },
          }),
          output('alarms_topic', {
            description: 'The topic of the alarms: subscribe your on-call contacts.',
            value: expr('aws_sns_topic.alarms.arn'),
          }),
        ]
      : []),
    ...infra.mskClusters
      .filter(({ source }) => source.kind === 'create')
      .map((cluster) =>
        output(`${ident(cluster.target)}_brokers`, {
          description: `Brokers of ${cluster.name} by number.`,
          value: expr(`local.${ident(cluster.target)}_broker_hosts`),
        }),
      ),
  ];
}
