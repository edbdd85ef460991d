# Written by `lakegate synth`. Change the spec, not this file.

resource "aws_iam_role" "router" {
  name = "acme-hub-router"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "ec2.amazonaws.com" }
        Action    = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy" "router" {
  name = "router"
  role = aws_iam_role.router.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "OwnObjects"
        Effect = "Allow"
        Action = "s3:GetObject"
        Resource = [
          "${aws_s3_bucket.config.arn}/routes.json",
          "${aws_s3_bucket.config.arn}/policy.json",
          "${aws_s3_bucket.config.arn}/router/*",
        ]
      },
      {
        Sid      = "SeeThatAnObjectIsNotThereYet"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = aws_s3_bucket.config.arn
      },
      {
        Sid      = "ReadThem"
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.hub.arn
      },
      {
        Sid      = "OwnLog"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.router.arn}:*"
      },
      {
        Sid    = "SessionManager"
        Effect = "Allow"
        Action = [
          "ssm:UpdateInstanceInformation",
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel",
        ]
        Resource = "*"
      },
    ]
  })
}

resource "aws_iam_instance_profile" "router" {
  name = "acme-hub-router"
  role = aws_iam_role.router.name
}

resource "aws_launch_template" "router" {
  name = "acme-hub-router"

  # Resolved at launch, so that a new image is not a change here. Amazon Linux includes the AWS CLI and the Session
  # Manager agent, so nothing is installed at boot.
  image_id = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"

  instance_type          = "t4g.small"
  update_default_version = true
  user_data = base64encode(templatefile("${path.module}/files/user-data.sh.tftpl", {
    region          = "eu-west-1"
    bucket          = aws_s3_bucket.config.id
    artifact_key    = aws_s3_object.router_artifact.key
    artifact_sha256 = local.router_artifact_sha256
    routes_key      = "routes.json"
    policy_key      = "policy.json"
    log_group       = "/lakegate/acme-hub/router"
    readiness_port  = 8080
  }))

  iam_instance_profile {
    arn = aws_iam_instance_profile.router.arn
  }

  metadata_options {
    http_endpoint = "enabled"

    # IMDSv2 only.
    http_tokens = "required"

    http_put_response_hop_limit = 1
  }

  network_interfaces {
    associate_public_ip_address = "false"
    security_groups             = [aws_security_group.router.id]
    delete_on_termination       = "true"
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_type           = "gp3"
      volume_size           = 10
      delete_on_termination = "true"

      # Uses the account's EBS key: a customer managed key needs a grant for Auto Scaling, and without it launches fail.
      encrypted = "true"
    }
  }

  monitoring {
    enabled = true
  }

  tag_specifications {
    resource_type = "instance"
    tags = {
      owner       = "data-platform"
      cost-center = "4711"
      Name        = "acme-hub-router"
      lakegate    = "acme-hub"
    }
  }

  tag_specifications {
    resource_type = "volume"
    tags = {
      owner       = "data-platform"
      cost-center = "4711"
      Name        = "acme-hub-router"
      lakegate    = "acme-hub"
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

# 2 to 6 routers by the spec, 2 needed at the peak: 1000 connections at 55000 simultaneous connections per member
# address and port need 1; 100 Mbit/s at 128 Mbit/s of t4g.small (baseline, reported) need 2, with each router at most
# 70 % loaded
resource "aws_autoscaling_group" "router" {
  name                = "acme-hub-router"
  min_size            = 2
  max_size            = 6
  vpc_zone_identifier = [aws_subnet.private_1.id, aws_subnet.private_2.id, aws_subnet.private_3.id]

  # The load balancers check the readiness port; EC2 sees only whether the instance runs.
  health_check_type = "ELB"

  health_check_grace_period = 180
  default_instance_warmup   = 180
  enabled_metrics           = ["GroupInServiceInstances", "GroupDesiredCapacity"]

  launch_template {
    id      = aws_launch_template.router.id
    version = aws_launch_template.router.latest_version
  }

  instance_refresh {
    strategy = "Rolling"

    preferences {
      # A new instance is ready before an old one drains.
      min_healthy_percentage = 100

      max_healthy_percentage = 150
      instance_warmup        = 180
    }
  }

  tag {
    key                 = "Name"
    value               = "acme-hub-router"
    propagate_at_launch = true
  }

  lifecycle {
    # Attachments are separate resources, so that a listener is added or removed without a change of the fleet.
    ignore_changes = [target_group_arns]
  }

  # Instances read their configuration at boot.
  depends_on = [aws_s3_object.routes, aws_iam_role_policy.router]
}

resource "aws_autoscaling_policy" "router" {
  name                   = "acme-hub-router-cpu"
  autoscaling_group_name = aws_autoscaling_group.router.name
  policy_type            = "TargetTrackingScaling"

  target_tracking_configuration {
    target_value = 50

    predefined_metric_specification {
      predefined_metric_type = "ASGAverageCPUUtilization"
    }
  }
}
