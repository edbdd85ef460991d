# Written by `lakegate synth`. Change the spec, not this file.

# Workspaces: analytics, science. All of them reach the same targets: the network cannot tell them apart.
resource "databricks_mws_network_connectivity_config" "n_1" {
  name   = "acme-hub-n-1-da903d"
  region = "eu-west-1"
}

# A rule cannot read its own state. No accepter may depend on this: it is read again whenever the NCC changes.
data "databricks_mws_network_connectivity_config" "n_1" {
  name = databricks_mws_network_connectivity_config.n_1.name
}

resource "databricks_mws_ncc_private_endpoint_rule" "r_1" {
  network_connectivity_config_id = databricks_mws_network_connectivity_config.n_1.network_connectivity_config_id
  endpoint_service               = aws_vpc_endpoint_service.s_1.service_name

  # Exact names. Adding one replaces the list in place; the endpoint stays.
  domain_names = ["cache.abc123.euw1.cache.amazonaws.com", "vault.corp.acme.com"]

  # The principal must be allowed before Databricks requests the connection.
  depends_on = [aws_vpc_endpoint_service_allowed_principal.s_1]
}

resource "databricks_mws_ncc_private_endpoint_rule" "r_2" {
  network_connectivity_config_id = databricks_mws_network_connectivity_config.n_1.network_connectivity_config_id
  endpoint_service               = aws_vpc_endpoint_service.s_2.service_name
  domain_names = [
    "crm.c1x2y3.eu-west-1.rds.amazonaws.com",
    "orders.cluster-c1x2y3.eu-west-1.rds.amazonaws.com",
    "orders.cluster-ro-c1x2y3.eu-west-1.rds.amazonaws.com",
  ]
  depends_on = [aws_vpc_endpoint_service_allowed_principal.s_2]
}

resource "databricks_mws_ncc_private_endpoint_rule" "r_3" {
  network_connectivity_config_id = databricks_mws_network_connectivity_config.n_1.network_connectivity_config_id
  endpoint_service               = "com.amazonaws.eu-west-1.s3"

  # Buckets of this region only: for others S3 answers with a redirect.
  resource_names = ["acme-landing-zone"]

  # A rule is created disabled, and Databricks refuses to enable it before it is ESTABLISHED: the next apply after that
  # does.
  enabled = anytrue([for rule in flatten(data.databricks_mws_network_connectivity_config.n_1.egress_config[*].target_rules[*].aws_private_endpoint_rules) : rule.connection_state == "ESTABLISHED" && rule.deactivated != true && length(setintersection(rule.resource_names == null ? [] : rule.resource_names, ["acme-landing-zone"])) > 0]) ? true : null
}

resource "databricks_mws_ncc_binding" "analytics" {
  network_connectivity_config_id = databricks_mws_network_connectivity_config.n_1.network_connectivity_config_id
  workspace_id                   = "1234567890123456"
}

resource "databricks_mws_ncc_binding" "science" {
  network_connectivity_config_id = databricks_mws_network_connectivity_config.n_1.network_connectivity_config_id
  workspace_id                   = "2345678901234567"
}

# Workspaces: finance. All of them reach the same targets: the network cannot tell them apart.
resource "databricks_mws_network_connectivity_config" "n_2" {
  name   = "acme-hub-n-2-ed2414"
  region = "eu-west-1"
}

resource "databricks_mws_ncc_private_endpoint_rule" "r_4" {
  network_connectivity_config_id = databricks_mws_network_connectivity_config.n_2.network_connectivity_config_id
  endpoint_service               = aws_vpc_endpoint_service.s_1.service_name
  domain_names                   = ["cache.abc123.euw1.cache.amazonaws.com", "vault.corp.acme.com"]
  depends_on                     = [aws_vpc_endpoint_service_allowed_principal.s_1]
}

resource "databricks_mws_ncc_private_endpoint_rule" "r_5" {
  network_connectivity_config_id = databricks_mws_network_connectivity_config.n_2.network_connectivity_config_id
  endpoint_service               = aws_vpc_endpoint_service.s_3.service_name
  domain_names                   = ["dwh.corp.acme.com", "ledger.corp.acme.com", "legacy.corp.acme.com"]
  depends_on                     = [aws_vpc_endpoint_service_allowed_principal.s_3]
}

resource "databricks_mws_ncc_binding" "finance" {
  network_connectivity_config_id = databricks_mws_network_connectivity_config.n_2.network_connectivity_config_id
  workspace_id                   = "3456789012345678"
}
