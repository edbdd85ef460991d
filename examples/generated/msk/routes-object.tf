# Written by `lakegate synth`. Change the spec, not this file.

resource "aws_s3_object" "routes" {
  bucket = aws_s3_bucket.config.id
  key    = "routes.json"

  # Brokers get their names when the cluster is created.
  content = templatefile("${path.module}/routes.json.tftpl", {
    hosts = {
      "b-1.events" = local.events_broker_hosts["1"]
      "b-2.events" = local.events_broker_hosts["2"]
      "b-3.events" = local.events_broker_hosts["3"]
    }
  })

  content_type = "application/json"
  kms_key_id   = aws_kms_key.hub.arn
  depends_on   = [aws_s3_bucket_versioning.config, aws_s3_bucket_server_side_encryption_configuration.config]
}
