import type { Behaviour } from '../plan.ts';
import { type Attributes, elements, isObject, sameValue } from '../values.ts';

/**
 * What the AWS provider knows beyond its schema, for the types that lakegate emits: which change makes a new object,
 * and the values of what a configuration leaves out.
 * @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs and the provider's source (2026-11-20)
 */
export const awsBehaviour: Readonly<Record<string, Behaviour>> = {
  aws_vpc: {
    forceNew: ['cidr_block', 'ipv4_ipam_pool_id', 'ipv4_netmask_length'],
    defaults: { enable_dns_support: true, instance_tenancy: 'default' },
  },
  aws_subnet: {
    forceNew: ['vpc_id', 'cidr_block', 'availability_zone', 'availability_zone_id', 'ipv6_native', 'outpost_arn'],
    defaults: {
      assign_ipv6_address_on_creation: false,
      enable_dns64: false,
      enable_resource_name_dns_a_record_on_launch: false,
      enable_resource_name_dns_aaaa_record_on_launch: false,
      ipv6_native: false,
      map_public_ip_on_launch: false,
    },
  },
  aws_eip: { forceNew: ['domain', 'address', 'network_border_group', 'public_ipv4_pool'] },
  aws_nat_gateway: {
    forceNew: ['allocation_id', 'connectivity_type', 'private_ip', 'subnet_id'],
    defaults: { connectivity_type: 'public' },
  },
  aws_route_table: { forceNew: ['vpc_id'] },
  aws_route_table_association: { forceNew: ['subnet_id', 'gateway_id'] },
  aws_route: {
    forceNew: ['route_table_id', 'destination_cidr_block', 'destination_ipv6_cidr_block', 'destination_prefix_list_id'],
  },
  aws_vpc_endpoint: {
    forceNew: ['service_name', 'vpc_id', 'vpc_endpoint_type', 'service_region', 'resource_configuration_arn'],
    defaults: { vpc_endpoint_type: 'Gateway' },
  },
  aws_default_security_group: { forceNew: ['vpc_id'], defaults: { revoke_rules_on_delete: false } },
  aws_security_group: {
    forceNew: ['description', 'name', 'name_prefix', 'vpc_id'],
    defaults: { description: 'Managed by Terraform', revoke_rules_on_delete: false },
  },
  aws_vpc_security_group_ingress_rule: { forceNew: ['security_group_id'] },
  aws_vpc_security_group_egress_rule: { forceNew: ['security_group_id'] },
  aws_lb: {
    forceNew: ['name', 'name_prefix', 'internal', 'load_balancer_type', 'customer_owned_ipv4_pool'],
    defaults: {
      dns_record_client_routing_policy: 'any_availability_zone',
      enable_cross_zone_load_balancing: false,
      enable_deletion_protection: false,
      enable_zonal_shift: false,
      load_balancer_type: 'application',
    },
    replaces: replacesNetworkLoadBalancer,
  },
  aws_lb_listener: { forceNew: ['load_balancer_arn'] },
  aws_lb_target_group: {
    forceNew: [
      'name',
      'name_prefix',
      'port',
      'protocol',
      'protocol_version',
      'target_type',
      'vpc_id',
      'ip_address_type',
    ],
    defaults: {
      deregistration_delay: '300',
      lambda_multi_value_headers_enabled: false,
      proxy_protocol_v2: false,
      slow_start: 0,
      target_type: 'instance',
    },
    nestedDefaults: {
      health_check: {
        enabled: true,
        healthy_threshold: 3,
        interval: 30,
        port: 'traffic-port',
        protocol: 'HTTP',
        unhealthy_threshold: 3,
      },
    },
  },
  aws_lb_target_group_attachment: { forceNew: ['availability_zone', 'port', 'target_group_arn', 'target_id'] },
  aws_vpc_endpoint_service: {},
  aws_vpc_endpoint_service_allowed_principal: { forceNew: ['principal_arn', 'vpc_endpoint_service_id'] },
  aws_vpc_endpoint_connection_accepter: { forceNew: ['vpc_endpoint_id', 'vpc_endpoint_service_id'] },
  aws_launch_template: {
    forceNew: ['name', 'name_prefix'],
    recomputes: [{ become: ['latest_version', 'default_version'] }],
  },
  aws_autoscaling_group: {
    forceNew: ['name', 'name_prefix'],
    defaults: {
      force_delete: false,
      force_delete_warm_pool: false,
      health_check_grace_period: 300,
      ignore_failed_scaling_activities: false,
      metrics_granularity: '1Minute',
      protect_from_scale_in: false,
      wait_for_capacity_timeout: '10m',
    },
  },
  aws_autoscaling_attachment: { forceNew: ['autoscaling_group_name', 'elb', 'lb_target_group_arn'] },
  aws_autoscaling_policy: {
    forceNew: ['autoscaling_group_name', 'name'],
    defaults: { enabled: true, policy_type: 'SimpleScaling' },
    nestedDefaults: { target_tracking_configuration: { disable_scale_in: false } },
  },
  aws_iam_role: {
    forceNew: ['name', 'name_prefix', 'path'],
    defaults: { force_detach_policies: false, max_session_duration: 3600, path: '/' },
  },
  aws_iam_role_policy: { forceNew: ['name', 'name_prefix', 'role'] },
  aws_iam_instance_profile: { forceNew: ['name', 'name_prefix', 'path'], defaults: { path: '/' } },
  aws_ecr_repository: { forceNew: ['name', 'encryption_configuration'], defaults: { image_tag_mutability: 'MUTABLE' } },
  aws_ecs_cluster: { forceNew: ['name'] },
  aws_ecs_service: {
    forceNew: ['name', 'cluster', 'launch_type', 'scheduling_strategy', 'deployment_controller'],
    defaults: {
      deployment_maximum_percent: 200,
      deployment_minimum_healthy_percent: 100,
      enable_ecs_managed_tags: false,
      enable_execute_command: false,
      scheduling_strategy: 'REPLICA',
      wait_for_steady_state: false,
    },
  },
  aws_ecs_task_definition: {
    forceNew: [
      'container_definitions',
      'cpu',
      'ephemeral_storage',
      'execution_role_arn',
      'family',
      'ipc_mode',
      'memory',
      'network_mode',
      'pid_mode',
      'placement_constraints',
      'proxy_configuration',
      'requires_compatibilities',
      'runtime_platform',
      'task_role_arn',
      'volume',
    ],
    defaults: { skip_destroy: false, track_latest: false },
  },
  aws_appautoscaling_target: { forceNew: ['resource_id', 'scalable_dimension', 'service_namespace'] },
  aws_appautoscaling_policy: {
    forceNew: ['name', 'resource_id', 'scalable_dimension', 'service_namespace'],
    defaults: { policy_type: 'StepScaling' },
    nestedDefaults: { target_tracking_scaling_policy_configuration: { disable_scale_in: false } },
  },
  aws_cloudwatch_log_group: {
    forceNew: ['name', 'name_prefix', 'log_group_class'],
    defaults: { retention_in_days: 0, skip_destroy: false },
  },
  aws_cloudwatch_log_metric_filter: {
    forceNew: ['log_group_name', 'name'],
    defaults: { apply_on_transformed_logs: false },
    nestedDefaults: { metric_transformation: { unit: 'None' } },
  },
  aws_cloudwatch_metric_alarm: {
    forceNew: ['alarm_name'],
    defaults: { actions_enabled: true, treat_missing_data: 'missing' },
  },
  aws_sns_topic: {
    forceNew: ['name', 'name_prefix', 'fifo_topic'],
    defaults: { content_based_deduplication: false, fifo_topic: false },
  },
  aws_kms_key: {
    forceNew: ['custom_key_store_id', 'customer_master_key_spec', 'key_usage', 'multi_region', 'xks_key_id'],
    defaults: {
      bypass_policy_lockout_safety_check: false,
      customer_master_key_spec: 'SYMMETRIC_DEFAULT',
      enable_key_rotation: false,
      is_enabled: true,
      key_usage: 'ENCRYPT_DECRYPT',
    },
    recomputes: [{ when: ['enable_key_rotation'], become: ['rotation_period_in_days'] }],
  },
  aws_kms_alias: {
    forceNew: ['name', 'name_prefix'],
    recomputes: [{ when: ['target_key_id'], become: ['target_key_arn'] }],
  },
  aws_s3_bucket: { forceNew: ['bucket', 'bucket_prefix', 'object_lock_enabled'], defaults: { force_destroy: false } },
  aws_s3_bucket_versioning: { forceNew: ['bucket', 'expected_bucket_owner'] },
  aws_s3_bucket_server_side_encryption_configuration: { forceNew: ['bucket', 'expected_bucket_owner'] },
  aws_s3_bucket_public_access_block: {
    forceNew: ['bucket'],
    defaults: {
      block_public_acls: false,
      block_public_policy: false,
      ignore_public_acls: false,
      restrict_public_buckets: false,
    },
  },
  aws_s3_bucket_lifecycle_configuration: { forceNew: ['bucket', 'expected_bucket_owner'] },
  aws_s3_bucket_policy: { forceNew: ['bucket'] },
  aws_s3_object: {
    forceNew: ['bucket', 'key', 'object_lock_mode'],
    defaults: { force_destroy: false },
    recomputes: [
      {
        when: ['content', 'content_base64', 'source', 'source_hash', 'etag', 'kms_key_id'],
        become: ['etag', 'version_id'],
      },
    ],
  },
  aws_secretsmanager_secret: {
    forceNew: ['name', 'name_prefix'],
    defaults: { force_overwrite_replica_secret: false, recovery_window_in_days: 30 },
  },
  aws_ec2_transit_gateway_vpc_attachment: {
    forceNew: ['transit_gateway_id', 'vpc_id'],
    defaults: {
      appliance_mode_support: 'disable',
      dns_support: 'enable',
      ipv6_support: 'disable',
      transit_gateway_default_route_table_association: true,
      transit_gateway_default_route_table_propagation: true,
    },
  },
  aws_vpc_peering_connection: { forceNew: ['peer_owner_id', 'peer_region', 'peer_vpc_id', 'vpc_id'] },
  aws_vpc_peering_connection_accepter: { forceNew: ['vpc_peering_connection_id'] },
  aws_vpc_peering_connection_options: { forceNew: ['vpc_peering_connection_id'] },
  aws_route53_resolver_endpoint: { forceNew: ['direction', 'security_group_ids'] },
  aws_route53_resolver_rule: {
    forceNew: ['domain_name', 'rule_type'],
    nestedDefaults: { target_ip: { port: 53, protocol: 'Do53' } },
  },
  aws_route53_resolver_rule_association: { forceNew: ['resolver_rule_id', 'vpc_id', 'name'] },
  aws_route53_zone_association: { forceNew: ['zone_id', 'vpc_id', 'vpc_region'] },
  aws_route53_vpc_association_authorization: { forceNew: ['zone_id', 'vpc_id', 'vpc_region'] },
  aws_msk_cluster: {
    forceNew: ['cluster_name'],
    defaults: { enhanced_monitoring: 'DEFAULT' },
    nestedDefaults: {
      broker_node_group_info: { az_distribution: 'DEFAULT' },
      'encryption_info.encryption_in_transit': { client_broker: 'TLS', in_cluster: true },
    },
    recomputes: [{ become: ['current_version'] }],
    replaces: replacesCluster,
  },
};

/** An NLB cannot lose or swap a subnet, get a first security group or lose its last one. */
function replacesNetworkLoadBalancer(prior: Attributes, planned: Attributes): readonly string[] {
  if (planned.load_balancer_type !== 'network') return [];
  const forced: string[] = [];
  const changed = (name: string): boolean => !sameValue(prior[name], planned[name], true);
  const count = (from: Attributes, name: string): number => elements(from[name]).length;
  for (const name of ['subnets', 'subnet_mapping'])
    if (changed(name) && count(planned, name) <= count(prior, name)) forced.push(name);
  if (
    changed('security_groups') &&
    (count(prior, 'security_groups') === 0) !== (count(planned, 'security_groups') === 0)
  )
    forced.push('security_groups');
  return forced;
}

/** Where brokers are and how they are encrypted is settled at creation. */
function replacesCluster(prior: Attributes, planned: Attributes): readonly string[] {
  const first = (from: Attributes, name: string): Attributes => {
    const [block] = elements(from[name]);
    return isObject(block) ? block : {};
  };
  const forced: string[] = [];
  const nodes = 'broker_node_group_info';
  if (
    ['az_distribution', 'client_subnets'].some(
      (name) => !sameValue(first(prior, nodes)[name], first(planned, nodes)[name], true),
    )
  )
    forced.push(nodes);
  const encryption = 'encryption_info';
  const rest = 'encryption_at_rest_kms_key_arn';
  if (!sameValue(first(prior, encryption)[rest], first(planned, encryption)[rest])) forced.push(encryption);
  return forced;
}
