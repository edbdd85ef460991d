# Written by `lakegate synth`. Change the spec, not this file.

resource "aws_s3_object" "routes" {
  bucket       = aws_s3_bucket.config.id
  key          = "routes.json"
  content      = file("${path.module}/routes.json")
  content_type = "application/json"
  kms_key_id   = aws_kms_key.hub.arn
  depends_on   = [aws_s3_bucket_versioning.config, aws_s3_bucket_server_side_encryption_configuration.config]
}
