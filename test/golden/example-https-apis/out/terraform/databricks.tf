# Written by `lakegate synth`. Change the spec, not this file.

# Workspaces: apps. All of them reach the same targets: the network cannot tell them apart.
resource "databricks_mws_network_connectivity_config" "n_1" {
  name   = "acme-apis-n-1-e9b6b8"
  region = "us-east-1"
}

resource "databricks_mws_ncc_private_endpoint_rule" "r_1" {
  network_connectivity_config_id = databricks_mws_network_connectivity_config.n_1.network_connectivity_config_id
  endpoint_service               = aws_vpc_endpoint_service.s_1.service_name

  # Exact names. Adding one replaces the list in place; the endpoint stays.
  domain_names = [
    "api.corp.acme.com",
    "billing.corp.acme.com",
    "embeddings.corp.acme.com",
    "geo.corp.acme.com",
    "git.corp.acme.com",
    "models.corp.acme.com",
    "pypi.corp.acme.com",
  ]

  # The principal must be allowed before Databricks requests the connection.
  depends_on = [aws_vpc_endpoint_service_allowed_principal.s_1]
}

resource "databricks_mws_ncc_binding" "apps" {
  network_connectivity_config_id = databricks_mws_network_connectivity_config.n_1.network_connectivity_config_id
  workspace_id                   = "4567890123456789"
}

# Workspaces: ml. All of them reach the same targets: the network cannot tell them apart.
resource "databricks_mws_network_connectivity_config" "n_2" {
  name   = "acme-apis-n-2-7ced79"
  region = "us-east-1"
}

resource "databricks_mws_ncc_private_endpoint_rule" "r_2" {
  network_connectivity_config_id = databricks_mws_network_connectivity_config.n_2.network_connectivity_config_id
  endpoint_service               = aws_vpc_endpoint_service.s_1.service_name
  domain_names = [
    "api.corp.acme.com",
    "api.github.com",
    "api.weather.example",
    "billing.corp.acme.com",
    "embeddings.corp.acme.com",
    "geo.corp.acme.com",
    "git.corp.acme.com",
    "models.corp.acme.com",
    "pypi.corp.acme.com",
  ]
  depends_on = [aws_vpc_endpoint_service_allowed_principal.s_1]
}

resource "databricks_mws_ncc_binding" "ml" {
  network_connectivity_config_id = databricks_mws_network_connectivity_config.n_2.network_connectivity_config_id
  workspace_id                   = "5678901234567890"
}
