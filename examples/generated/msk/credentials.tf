# Written by `lakegate synth`. Change the spec, not this file.

resource "aws_iam_role" "msk_rw" {
  name = "acme-events-msk-rw-29fe20"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "UnityCatalogAssumeRole"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL" }
        Action    = "sts:AssumeRole"
        Condition = { StringEquals = { "sts:ExternalId" = "0d26daa6-5e44-4c97-a497-ef015f91254a" } }
      },
      {
        Sid       = "ExplicitSelfRoleAssumption"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::111122223333:root" }
        Action    = "sts:AssumeRole"
        Condition = {
          ArnLike      = { "aws:PrincipalArn" = "arn:aws:iam::111122223333:role/acme-events-msk-rw-29fe20" }
          StringEquals = { "sts:ExternalId" = "0d26daa6-5e44-4c97-a497-ef015f91254a" }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "msk_rw" {
  name = "kafka"
  role = aws_iam_role.msk_rw.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Connect"
        Effect   = "Allow"
        Action   = ["kafka-cluster:Connect", "kafka-cluster:WriteDataIdempotently"]
        Resource = aws_msk_cluster.events.arn
      },
      {
        Sid    = "Topics"
        Effect = "Allow"
        Action = ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData", "kafka-cluster:WriteData"]
        Resource = [
          join("/", [replace(aws_msk_cluster.events.arn, ":cluster/", ":topic/"), "orders-*"]),
          join("/", [replace(aws_msk_cluster.events.arn, ":cluster/", ":topic/"), "clicks"]),
        ]
      },
      {
        Sid      = "Groups"
        Effect   = "Allow"
        Action   = ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"]
        Resource = [join("/", [replace(aws_msk_cluster.events.arn, ":cluster/", ":group/"), "databricks-*"])]
      },
    ]
  })
}

resource "databricks_credential" "msk_rw" {
  name    = "msk-rw"
  purpose = "SERVICE"
  comment = "lakegate acme-events"

  aws_iam_role {
    role_arn = aws_iam_role.msk_rw.arn
  }

  # Any workspace of the metastore works.
  provider_config {
    workspace_id = "6789012345678901"
  }

  depends_on = [aws_iam_role_policy.msk_rw]
}
