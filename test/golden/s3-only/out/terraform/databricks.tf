# Written by `lakegate synth`. Change the spec, not this file.

# Workspaces: w. All of them reach the same targets: the network cannot tell them apart.
resource "databricks_mws_network_connectivity_config" "n_1" {
  name   = "acme-case-n-1-f27ee9"
  region = "eu-west-1"
}

resource "databricks_mws_ncc_private_endpoint_rule" "r_1" {
  network_connectivity_config_id = databricks_mws_network_connectivity_config.n_1.network_connectivity_config_id
  endpoint_service               = "com.amazonaws.eu-west-1.s3"

  # Buckets of this region only: for others S3 answers with a redirect. The rule is created disabled; enable it once it
  # is ESTABLISHED (see the README).
  resource_names = ["acme-prepared", "acme-raw"]
}

resource "databricks_mws_ncc_binding" "w" {
  network_connectivity_config_id = databricks_mws_network_connectivity_config.n_1.network_connectivity_config_id
  workspace_id                   = "1000000000000001"
}
