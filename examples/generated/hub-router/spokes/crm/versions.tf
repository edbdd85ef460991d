# Written by `lakegate synth`. Change the spec, not this file.

terraform {
  # terraform from 1.9 or tofu from 1.8; one bound serves both.
  required_version = ">= 1.8.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.66.0, < 7.0.0"
    }
  }
}

provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["777788889999"]
}
