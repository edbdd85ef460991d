# Written by `lakegate synth`. Change the spec, not this file.

# acme-case s-1: one listener.
resource "aws_lb" "s_1" {
  name               = "acme-case-s-1-274192"
  load_balancer_type = "network"
  internal           = true
  subnets            = [aws_subnet.private_1.id, aws_subnet.private_2.id]

  # Must be set at creation: a load balancer created without a security group cannot get one later.
  security_groups = [aws_security_group.s_1_nlb.id]

  # The default "on" silently drops every connection: it applies to client addresses on the Databricks side, which are
  # not known here. The allowed principal and acceptance decide who may connect.
  enforce_security_group_inbound_rules_on_private_link_traffic = "off"

  # An endpoint reaches only the load balancer node of its zone; with cross-zone load balancing any healthy member can
  # serve it.
  enable_cross_zone_load_balancing = true

  enable_deletion_protection = false
  tags                       = { Name = "acme-case-s-1-274192" }
}

# Targets: a1. Routed by name, so other targets can share the port.
resource "aws_lb_listener" "s_1_443" {
  load_balancer_arn = aws_lb.s_1.arn
  port              = 443
  protocol          = "TCP"

  # The endpoint on the Databricks side drops connections that are idle for 350 s, whatever is set here: clients need
  # more frequent TCP keepalives.
  tcp_idle_timeout_seconds = 350

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.s_1_443.arn
  }
}

resource "aws_lb_target_group" "s_1_443" {
  name     = "acme-case-s-1-443-066222"
  vpc_id   = aws_vpc.hub.id
  port     = 20000
  protocol = "TCP"

  # An Auto Scaling group registers instances, not addresses.
  target_type = "instance"

  # Off: through PrivateLink the source address is always that of the load balancer, and preservation would break return
  # paths that bypass it.
  preserve_client_ip = "false"

  # The header carries the endpoint id, the only thing that tells NCCs apart.
  proxy_protocol_v2 = true

  deregistration_delay = 300

  # Health checks carry the PROXY header if the target group has it on; the readiness port accepts both.
  health_check {
    protocol            = "HTTP"
    port                = "8080"
    path                = "/ready"
    interval            = 10
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }

  tags = {
    Name     = "acme-case-s-1-443-066222"
    listener = "s-1/443"
  }
}

resource "aws_autoscaling_attachment" "s_1_443" {
  autoscaling_group_name = aws_autoscaling_group.router.id
  lb_target_group_arn    = aws_lb_target_group.s_1_443.arn
}

resource "aws_vpc_endpoint_service" "s_1" {
  # Only endpoints that rules report are accepted (acceptance.tf).
  acceptance_required = true

  # One only: a load balancer belongs to one service, and a service with several picks one at random.
  network_load_balancer_arns = [aws_lb.s_1.arn]

  tags       = { Name = "acme-case-s-1" }
  depends_on = [aws_lb_listener.s_1_443]
}

# The exact role of Databricks in this region. "*" would make the service public.
resource "aws_vpc_endpoint_service_allowed_principal" "s_1" {
  vpc_endpoint_service_id = aws_vpc_endpoint_service.s_1.id
  principal_arn           = "arn:aws:iam::565502421330:role/private-connectivity-role-eu-west-1"
}
