# Written by `lakegate synth`. Change the spec, not this file.

terraform {
  # Terraform and OpenTofu; from here on both lock a state in S3 themselves.
  required_version = ">= 1.10.0"

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
