/**
 * Every resource type and data source that the Terraform writer may emit. The simulated provider serves exactly these,
 * and a test fails when the writer uses one that is not listed.
 */
export const resourceTypes = [
  // network.tf
  'aws_vpc',
  'aws_subnet',
  'aws_internet_gateway',
  'aws_eip',
  'aws_nat_gateway',
  'aws_route_table',
  'aws_route_table_association',
  'aws_route',
  'aws_vpc_endpoint',
  'aws_default_security_group',
  // security-groups.tf: rules are separate resources, so that a rule added or removed changes nothing else
  'aws_security_group',
  'aws_vpc_security_group_ingress_rule',
  'aws_vpc_security_group_egress_rule',
  // endpoint-services.tf
  'aws_lb',
  'aws_lb_listener',
  'aws_lb_target_group',
  'aws_lb_target_group_attachment',
  'aws_vpc_endpoint_service',
  'aws_vpc_endpoint_service_allowed_principal',
  // acceptance.tf
  'aws_vpc_endpoint_connection_accepter',
  // router.tf
  'aws_launch_template',
  'aws_autoscaling_group',
  'aws_autoscaling_attachment',
  'aws_autoscaling_policy',
  'aws_iam_role',
  'aws_iam_role_policy',
  'aws_iam_instance_profile',
  'aws_ecr_repository',
  'aws_ecs_cluster',
  'aws_ecs_service',
  'aws_ecs_task_definition',
  'aws_appautoscaling_target',
  'aws_appautoscaling_policy',
  // alarms.tf
  'aws_cloudwatch_log_group',
  'aws_cloudwatch_log_metric_filter',
  'aws_cloudwatch_metric_alarm',
  'aws_sns_topic',
  // config-bucket.tf, routes-object.tf
  'aws_kms_key',
  'aws_kms_alias',
  'aws_s3_bucket',
  'aws_s3_bucket_versioning',
  'aws_s3_bucket_server_side_encryption_configuration',
  'aws_s3_bucket_public_access_block',
  'aws_s3_bucket_lifecycle_configuration',
  'aws_s3_bucket_policy',
  'aws_s3_object',
  'aws_secretsmanager_secret',
  // network-paths.tf, spokes.tf, spokes/<network>/
  'aws_ec2_transit_gateway_vpc_attachment',
  'aws_vpc_peering_connection',
  'aws_vpc_peering_connection_accepter',
  'aws_vpc_peering_connection_options',
  'aws_route53_resolver_endpoint',
  'aws_route53_resolver_rule',
  'aws_route53_resolver_rule_association',
  'aws_route53_zone_association',
  'aws_route53_vpc_association_authorization',
  // msk.tf
  'aws_msk_cluster',
  // databricks.tf, credentials.tf, inspection.tf
  'databricks_mws_network_connectivity_config',
  'databricks_mws_ncc_private_endpoint_rule',
  'databricks_mws_ncc_binding',
  'databricks_account_network_policy',
  'databricks_workspace_network_option',
  'databricks_credential',
  'databricks_volume',
  'databricks_file',
] as const;

export type ResourceType = (typeof resourceTypes)[number];

export const dataSourceTypes = [
  'aws_availability_zones',
  'aws_vpc',
  'aws_subnet',
  'aws_subnets',
  'aws_route_tables',
  'aws_msk_broker_nodes',
  'databricks_mws_network_connectivity_config',
] as const;

export type DataSourceType = (typeof dataSourceTypes)[number];
