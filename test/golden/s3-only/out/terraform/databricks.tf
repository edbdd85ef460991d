# Written by `lakegate synth`. Change the spec, not this file.

# Workspaces: w. All of them reach the same targets: the network cannot tell them apart.
resource "databricks_mws_network_connectivity_config" "n_1" {
  name   = "acme-case-n-1-f27ee9"
  region = "eu-west-1"
}

# A rule cannot read its own state. No accepter may depend on this: it is read again whenever the NCC changes.
data "databricks_mws_network_connectivity_config" "n_1" {
  name = databricks_mws_network_connectivity_config.n_1.name
}

resource "databricks_mws_ncc_private_endpoint_rule" "r_1" {
  network_connectivity_config_id = databricks_mws_network_connectivity_config.n_1.network_connectivity_config_id
  endpoint_service               = "com.amazonaws.eu-west-1.s3"

  # Buckets of this region only: for others S3 answers with a redirect.
  resource_names = ["acme-prepared", "acme-raw"]

  # A rule is created disabled, and Databricks refuses to enable it before it is ESTABLISHED: the next apply after that
  # does.
  enabled = anytrue([for rule in flatten(data.databricks_mws_network_connectivity_config.n_1.egress_config[*].target_rules[*].aws_private_endpoint_rules) : rule.connection_state == "ESTABLISHED" && rule.deactivated != true && length(setintersection(rule.resource_names == null ? [] : rule.resource_names, ["acme-prepared", "acme-raw"])) > 0]) ? true : null
}

resource "databricks_mws_ncc_binding" "w" {
  network_connectivity_config_id = databricks_mws_network_connectivity_config.n_1.network_connectivity_config_id
  workspace_id                   = "1000000000000001"
}
