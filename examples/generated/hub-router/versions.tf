# Written by `lakegate synth`. Change the spec, not this file.

terraform {
  # Terraform 1.9 or OpenTofu 1.8 and newer; one bound covers both.
  required_version = ">= 1.8.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.66.0, < 7.0.0"
    }
    databricks = {
      source  = "databricks/databricks"
      version = ">= 1.132.0, < 2.0.0"
    }
  }
}
