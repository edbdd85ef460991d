# Written by `lakegate synth`. Change the spec, not this file.

# acme-events s-1: one listener.
resource "aws_lb" "s_1" {
  name               = "acme-events-s-1-b93977"
  load_balancer_type = "network"
  internal           = true
  subnets            = [aws_subnet.private_1.id, aws_subnet.private_2.id, aws_subnet.private_3.id]

  # At creation or never: a load balancer that was made without a security group cannot get one later.
  security_groups = [aws_security_group.s_1_nlb.id]

  # The default is "on" and drops every connection in silence: it judges the address of the client on the Databricks
  # side, which nobody here can know. Who may connect is decided by the allowed principal and by acceptance.
  enforce_security_group_inbound_rules_on_private_link_traffic = "off"

  # An endpoint interface reaches only the node of its zone; with cross-zone any healthy member serves it.
  enable_cross_zone_load_balancing = true

  enable_deletion_protection = false
  tags                       = { Name = "acme-events-s-1-b93977" }
}

# Targets: events. 3 names share the port, and the router tells them apart.
resource "aws_lb_listener" "s_1_9098" {
  load_balancer_arn = aws_lb.s_1.arn
  port              = 9098
  protocol          = "TCP"

  # The endpoint on the Databricks side drops what is silent for 350 s whatever stands here: clients need TCP keepalive
  # below that.
  tcp_idle_timeout_seconds = 350

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.s_1_9098.arn
  }
}

resource "aws_lb_target_group" "s_1_9098" {
  name     = "acme-events-s-1-9098-d7730a"
  vpc_id   = aws_vpc.hub.id
  port     = 20000
  protocol = "TCP"

  # An auto scaling group registers instances, never addresses.
  target_type = "instance"

  # Off: through PrivateLink every source is an address of the load balancer anyway, and preservation would break return
  # paths that do not lead back through it.
  preserve_client_ip = "false"

  # The header names the endpoint, which is all that tells one NCC from another.
  proxy_protocol_v2 = true

  deregistration_delay = 300

  # Health checks carry the PROXY header where the group has it on; the readiness port takes both forms.
  health_check {
    protocol            = "HTTP"
    port                = "8080"
    path                = "/ready"
    interval            = 10
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }

  tags = {
    Name     = "acme-events-s-1-9098-d7730a"
    listener = "s-1/9098"
  }
}

resource "aws_autoscaling_attachment" "s_1_9098" {
  autoscaling_group_name = aws_autoscaling_group.router.id
  lb_target_group_arn    = aws_lb_target_group.s_1_9098.arn
}

resource "aws_vpc_endpoint_service" "s_1" {
  # Accept exactly the endpoint that the rule reports, and no other; the README shows how.
  acceptance_required = true

  # One: a load balancer can be in one service only, and several in one service would be picked at random.
  network_load_balancer_arns = [aws_lb.s_1.arn]

  tags       = { Name = "acme-events-s-1" }
  depends_on = [aws_lb_listener.s_1_9098]
}

# The exact role of Databricks in this region. "*" would make the service public.
resource "aws_vpc_endpoint_service_allowed_principal" "s_1" {
  vpc_endpoint_service_id = aws_vpc_endpoint_service.s_1.id
  principal_arn           = "arn:aws:iam::565502421330:role/private-connectivity-role-us-east-1"
}
