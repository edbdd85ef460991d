# Written by `lakegate synth`. Change the spec, not this file.

# Workspaces: w1, w2. All of them reach the same targets: the network cannot tell them apart.
resource "databricks_mws_network_connectivity_config" "n_1" {
  name   = "acme-case-n-1-f27ee9"
  region = "eu-west-1"
}

resource "databricks_mws_ncc_private_endpoint_rule" "r_1" {
  network_connectivity_config_id = databricks_mws_network_connectivity_config.n_1.network_connectivity_config_id
  endpoint_service               = aws_vpc_endpoint_service.s_1.service_name

  # Exact names. Adding one replaces the list in place; the endpoint stays.
  domain_names = ["api.acme.test"]

  # The principal must be allowed before Databricks requests the connection.
  depends_on = [aws_vpc_endpoint_service_allowed_principal.s_1]
}

resource "databricks_mws_ncc_binding" "w1" {
  network_connectivity_config_id = databricks_mws_network_connectivity_config.n_1.network_connectivity_config_id
  workspace_id                   = "1000000000000001"
}

resource "databricks_mws_ncc_binding" "w2" {
  network_connectivity_config_id = databricks_mws_network_connectivity_config.n_1.network_connectivity_config_id
  workspace_id                   = "1000000000000002"
}
