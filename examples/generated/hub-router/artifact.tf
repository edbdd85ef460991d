# Written by `lakegate synth`. Change the spec, not this file.

# Written by `lakegate artifact`, the same bytes for the same version.
locals {
  router_artifact = "${path.module}/artifacts/lakegate-router-arm64.tar.gz"

  # The file with the digest is committed and reviewed; the archive beside it is not.
  router_artifact_sha256 = try(trimspace(file("${path.module}/artifacts/lakegate-router-arm64.tar.gz.sha256")), "missing")
}

resource "aws_s3_object" "router_artifact" {
  bucket = aws_s3_bucket.config.id

  # By digest: routers that run keep their archive, and a new one is a new object.
  key = "router/${local.router_artifact_sha256}.tar.gz"

  source     = local.router_artifact
  kms_key_id = aws_kms_key.hub.arn

  lifecycle {
    create_before_destroy = true

    precondition {
      condition     = try(filesha256(local.router_artifact), "no file") == local.router_artifact_sha256
      error_message = "artifacts/lakegate-router-arm64.tar.gz is missing, or is not what artifacts/lakegate-router-arm64.tar.gz.sha256 pins. Run: lakegate artifact"
    }
  }

  depends_on = [aws_s3_bucket_versioning.config, aws_s3_bucket_server_side_encryption_configuration.config]
}
