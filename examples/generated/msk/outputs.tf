# Written by `lakegate synth`. Change the spec, not this file.

output "endpoint_services" {
  description = "Endpoint services by their key in the plan."
  value = {
    s-1 = {
      id                = aws_vpc_endpoint_service.s_1.id
      service_name      = aws_vpc_endpoint_service.s_1.service_name
      load_balancer_arn = aws_lb.s_1.arn
    }
  }
}

output "nccs" {
  description = "NCCs by their key in the plan, with their rules. The endpoint of a rule is known some minutes after the rule is created."
  value = {
    n-1 = {
      id = databricks_mws_network_connectivity_config.n_1.network_connectivity_config_id
      rules = {
        r-1 = {
          rule_id     = databricks_mws_ncc_private_endpoint_rule.r_1.rule_id
          endpoint_id = databricks_mws_ncc_private_endpoint_rule.r_1.vpc_endpoint_id
          service_id  = aws_vpc_endpoint_service.s_1.id
        }
      }
    }
  }
}

output "hub_cidr" {
  description = "The range that spokes route back to."
  value       = aws_vpc.hub.cidr_block
}

output "router_configuration" {
  description = "Where the routers read their routes and the endpoint map."
  value = {
    bucket      = aws_s3_bucket.config.id
    routes_key  = aws_s3_object.routes.key
    policy_key  = "policy.json"
    kms_key_arn = aws_kms_key.hub.arn
  }
}

output "alarms_topic" {
  description = "The topic of the alarms: subscribe your on-call contacts."
  value       = aws_sns_topic.alarms.arn
}

output "events_brokers" {
  description = "Brokers of acme-events-events-00cf2c by number."
  value       = local.events_broker_hosts
}
