# Written by `lakegate synth`. Change the spec, not this file.

# What is accepted. A rule reports its endpoint once Databricks has made it, and an empty id before.
locals {
  endpoints = {
    r-1 = {
      ncc        = "n-1"
      ncc_name   = "acme-events-n-1-bb3161"
      service_id = aws_vpc_endpoint_service.s_1.id
      rule       = databricks_mws_ncc_private_endpoint_rule.r_1
    }
  }
}

resource "aws_s3_object" "policy" {
  bucket = aws_s3_bucket.config.id
  key    = "policy.json"
  content = jsonencode({
    version   = 1
    endpoints = { for each in local.endpoints : each.rule.vpc_endpoint_id => each.ncc if each.rule.vpc_endpoint_id != "" }
  })
  content_type = "application/json"
  kms_key_id   = aws_kms_key.hub.arn
  depends_on   = [aws_s3_bucket_versioning.config, aws_s3_bucket_server_side_encryption_configuration.config]
}

resource "aws_vpc_endpoint_connection_accepter" "rule" {
  for_each                = local.endpoints
  vpc_endpoint_service_id = each.value.service_id
  vpc_endpoint_id         = each.value.rule.vpc_endpoint_id

  lifecycle {
    precondition {
      # timestamp() is not known before apply: a rule without an endpoint stops its own accepter, not the plan.
      condition = each.value.rule.vpc_endpoint_id != "" || timestamp() == ""

      error_message = each.value.rule.connection_state == "CREATE_FAILED" ? "Rule ${each.key} (NCC ${each.value.ncc_name}) is ${each.value.rule.connection_state}. ${each.value.rule.error_message} Mend the cause, then apply with -replace=databricks_mws_ncc_private_endpoint_rule.${replace(each.key, "-", "_")}" : "Databricks has not made the endpoint of rule ${each.key} (NCC ${each.value.ncc_name}) yet. Wait two minutes, then apply again; nothing is lost."
    }

    precondition {
      condition     = !contains(["REJECTED", "DISCONNECTED", "EXPIRED"], each.value.rule.connection_state) || timestamp() == ""
      error_message = "Rule ${each.key} (NCC ${each.value.ncc_name}) is ${each.value.rule.connection_state}. ${each.value.rule.error_message} Mend the cause, then apply with -replace=databricks_mws_ncc_private_endpoint_rule.${replace(each.key, "-", "_")}"
    }
  }

  # The routers refuse an endpoint that is not in their map.
  depends_on = [aws_s3_object.policy]
}
