# Written by `lakegate synth`. Change the spec, not this file.

provider "aws" {
  region = "eu-west-1"

  # Credentials of another account fail here, before anything is created.
  allowed_account_ids = ["111122223333"]

  default_tags {
    tags = {
      owner       = "data-platform"
      cost-center = "4711"
      lakegate    = "acme-hub"
    }
  }
}

# The account, not a workspace. The environment must have DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET of a service
# principal with the account-admin role.
provider "databricks" {
  host       = "https://accounts.cloud.databricks.com"
  account_id = "0d26daa6-5e44-4c97-a497-ef015f91254a"
}
