# Written by `lakegate synth`. Change the spec, not this file.

# Written by `lakegate artifact`; the same version always gives the same bytes.
locals {
  router_artifact = "${path.module}/artifacts/lakegate-router-arm64.tar.gz"

  # The digest file is committed and reviewed; the archive is not.
  router_artifact_sha256 = try(trimspace(file("${path.module}/artifacts/lakegate-router-arm64.tar.gz.sha256")), "missing")
}

resource "aws_s3_object" "router_artifact" {
  bucket = aws_s3_bucket.config.id

  # Keyed by digest: running routers keep their archive, and a new archive is a new object.
  key = "router/${local.router_artifact_sha256}.tar.gz"

  source     = local.router_artifact
  kms_key_id = aws_kms_key.hub.arn

  lifecycle {
    create_before_destroy = true

    precondition {
      condition     = try(filesha256(local.router_artifact), "no file") == local.router_artifact_sha256
      error_message = "artifacts/lakegate-router-arm64.tar.gz is missing or does not match artifacts/lakegate-router-arm64.tar.gz.sha256. Run: lakegate artifact"
    }
  }

  depends_on = [aws_s3_bucket_versioning.config, aws_s3_bucket_server_side_encryption_configuration.config]
}
