# Written by `lakegate synth`. Change the spec, not this file.

resource "aws_security_group" "events_brokers" {
  name        = "acme-events-events-00cf2c-brokers"
  description = "Brokers of acme-events-events-00cf2c"
  vpc_id      = aws_vpc.hub.id

  lifecycle {
    # A renamed target keeps its resources: a new name here would replace them.
    ignore_changes = [name, description]
  }
}

resource "aws_vpc_security_group_ingress_rule" "events_brokers_from_router_9098" {
  security_group_id            = aws_security_group.events_brokers.id
  description                  = "Kafka clients, from router"
  ip_protocol                  = "tcp"
  from_port                    = 9098
  to_port                      = 9098
  referenced_security_group_id = aws_security_group.router.id
}

resource "aws_cloudwatch_log_group" "events" {
  name              = "/lakegate/acme-events/msk/acme-events-events-00cf2c"
  retention_in_days = 7
  kms_key_id        = aws_kms_key.hub.arn

  lifecycle {
    # A renamed target keeps its resources: a new name here would replace them.
    ignore_changes = [name]
  }
}

resource "aws_msk_cluster" "events" {
  cluster_name  = "acme-events-events-00cf2c"
  kafka_version = "3.9.x"

  # MSK requires a multiple of the number of subnets.
  number_of_broker_nodes = 3

  enhanced_monitoring = "PER_BROKER"

  broker_node_group_info {
    instance_type   = "kafka.m5.large"
    client_subnets  = [aws_subnet.private_1.id, aws_subnet.private_2.id, aws_subnet.private_3.id]
    security_groups = [aws_security_group.events_brokers.id]

    storage_info {
      ebs_storage_info {
        volume_size = 1000
      }
    }
  }

  client_authentication {
    sasl {
      iam = true
    }

    unauthenticated = false
  }

  encryption_info {
    encryption_at_rest_kms_key_arn = aws_kms_key.hub.arn

    encryption_in_transit {
      client_broker = "TLS"
      in_cluster    = true
    }
  }

  logging_info {
    broker_logs {
      cloudwatch_logs {
        enabled   = true
        log_group = aws_cloudwatch_log_group.events.name
      }
    }
  }

  lifecycle {
    # A renamed target keeps its resources: a new name here would replace them.
    ignore_changes = [cluster_name]
  }
}

data "aws_msk_broker_nodes" "events" {
  cluster_arn = aws_msk_cluster.events.arn
}

# The bootstrap string may omit brokers; this list has all of them.
locals {
  events_broker_hosts     = { for node in data.aws_msk_broker_nodes.events.node_info_list : tostring(node.broker_id) => tolist(node.endpoints)[0] }
  events_broker_addresses = { for node in data.aws_msk_broker_nodes.events.node_info_list : tostring(node.broker_id) => node.client_vpc_ip_address }
}
