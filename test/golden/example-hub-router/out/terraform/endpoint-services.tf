# Written by `lakegate synth`. Change the spec, not this file.

# acme-hub s-1: 2 listeners.
resource "aws_lb" "s_1" {
  name               = "acme-hub-s-1-27b2d1"
  load_balancer_type = "network"
  internal           = true
  subnets            = [aws_subnet.private_1.id, aws_subnet.private_2.id, aws_subnet.private_3.id]

  # Must be set at creation: a load balancer created without a security group cannot get one later.
  security_groups = [aws_security_group.s_1_nlb.id]

  # The default "on" silently drops every connection: it applies to client addresses on the Databricks side, which are
  # not known here. The allowed principal and acceptance decide who may connect.
  enforce_security_group_inbound_rules_on_private_link_traffic = "off"

  # An endpoint reaches only the load balancer node of its zone; with cross-zone load balancing any healthy member can
  # serve it.
  enable_cross_zone_load_balancing = true

  enable_deletion_protection = false
  tags                       = { Name = "acme-hub-s-1-27b2d1" }
}

# Targets: cache. Routed by name, so other targets can share the port.
resource "aws_lb_listener" "s_1_6379" {
  load_balancer_arn = aws_lb.s_1.arn
  port              = 6379
  protocol          = "TCP"

  # The endpoint on the Databricks side drops connections that are idle for 350 s, whatever is set here: clients need
  # more frequent TCP keepalives.
  tcp_idle_timeout_seconds = 350

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.s_1_6379.arn
  }
}

resource "aws_lb_target_group" "s_1_6379" {
  name     = "acme-hub-s-1-6379-65bd28"
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
    Name     = "acme-hub-s-1-6379-65bd28"
    listener = "s-1/6379"
  }
}

resource "aws_autoscaling_attachment" "s_1_6379" {
  autoscaling_group_name = aws_autoscaling_group.router.id
  lb_target_group_arn    = aws_lb_target_group.s_1_6379.arn
}

# Targets: vault. Routed by name, so other targets can share the port.
resource "aws_lb_listener" "s_1_8200" {
  load_balancer_arn        = aws_lb.s_1.arn
  port                     = 8200
  protocol                 = "TCP"
  tcp_idle_timeout_seconds = 350

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.s_1_8200.arn
  }
}

resource "aws_lb_target_group" "s_1_8200" {
  name                 = "acme-hub-s-1-8200-da4dd8"
  vpc_id               = aws_vpc.hub.id
  port                 = 20001
  protocol             = "TCP"
  target_type          = "instance"
  preserve_client_ip   = "false"
  proxy_protocol_v2    = true
  deregistration_delay = 300

  health_check {
    protocol            = "HTTP"
    port                = "8080"
    path                = "/ready"
    interval            = 10
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }

  tags = {
    Name     = "acme-hub-s-1-8200-da4dd8"
    listener = "s-1/8200"
  }
}

resource "aws_autoscaling_attachment" "s_1_8200" {
  autoscaling_group_name = aws_autoscaling_group.router.id
  lb_target_group_arn    = aws_lb_target_group.s_1_8200.arn
}

resource "aws_vpc_endpoint_service" "s_1" {
  # Only endpoints that rules report are accepted (acceptance.tf).
  acceptance_required = true

  # One only: a load balancer belongs to one service, and a service with several picks one at random.
  network_load_balancer_arns = [aws_lb.s_1.arn]

  tags       = { Name = "acme-hub-s-1" }
  depends_on = [aws_lb_listener.s_1_6379, aws_lb_listener.s_1_8200]
}

# The exact role of Databricks in this region. "*" would make the service public.
resource "aws_vpc_endpoint_service_allowed_principal" "s_1" {
  vpc_endpoint_service_id = aws_vpc_endpoint_service.s_1.id
  principal_arn           = "arn:aws:iam::565502421330:role/private-connectivity-role-eu-west-1"
}

# acme-hub s-2: 2 listeners.
resource "aws_lb" "s_2" {
  name                                                         = "acme-hub-s-2-727442"
  load_balancer_type                                           = "network"
  internal                                                     = true
  subnets                                                      = [aws_subnet.private_1.id, aws_subnet.private_2.id, aws_subnet.private_3.id]
  security_groups                                              = [aws_security_group.s_2_nlb.id]
  enforce_security_group_inbound_rules_on_private_link_traffic = "off"
  enable_cross_zone_load_balancing                             = true
  enable_deletion_protection                                   = false
  tags                                                         = { Name = "acme-hub-s-2-727442" }
}

# Targets: crm-db. The address of crm-db may change, and the router resolves its name.
resource "aws_lb_listener" "s_2_3306" {
  load_balancer_arn        = aws_lb.s_2.arn
  port                     = 3306
  protocol                 = "TCP"
  tcp_idle_timeout_seconds = 350

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.s_2_3306.arn
  }
}

resource "aws_lb_target_group" "s_2_3306" {
  name               = "acme-hub-s-2-3306-9cfca8"
  vpc_id             = aws_vpc.hub.id
  port               = 20002
  protocol           = "TCP"
  target_type        = "instance"
  preserve_client_ip = "false"

  # Off: the load balancer sends the header with the first bytes of the client, so a server that speaks first would wait
  # forever. Every NCC that reaches this listener is granted all targets behind it.
  proxy_protocol_v2 = false

  deregistration_delay = 300

  health_check {
    protocol            = "HTTP"
    port                = "8080"
    path                = "/ready"
    interval            = 10
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }

  tags = {
    Name     = "acme-hub-s-2-3306-9cfca8"
    listener = "s-2/3306"
  }
}

resource "aws_autoscaling_attachment" "s_2_3306" {
  autoscaling_group_name = aws_autoscaling_group.router.id
  lb_target_group_arn    = aws_lb_target_group.s_2_3306.arn
}

# Targets: orders-db, orders-replica. 2 names share the port, and the router tells them apart.
resource "aws_lb_listener" "s_2_5432" {
  load_balancer_arn        = aws_lb.s_2.arn
  port                     = 5432
  protocol                 = "TCP"
  tcp_idle_timeout_seconds = 350

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.s_2_5432.arn
  }
}

resource "aws_lb_target_group" "s_2_5432" {
  name                 = "acme-hub-s-2-5432-4205b9"
  vpc_id               = aws_vpc.hub.id
  port                 = 20003
  protocol             = "TCP"
  target_type          = "instance"
  preserve_client_ip   = "false"
  proxy_protocol_v2    = true
  deregistration_delay = 300

  health_check {
    protocol            = "HTTP"
    port                = "8080"
    path                = "/ready"
    interval            = 10
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }

  tags = {
    Name     = "acme-hub-s-2-5432-4205b9"
    listener = "s-2/5432"
  }
}

resource "aws_autoscaling_attachment" "s_2_5432" {
  autoscaling_group_name = aws_autoscaling_group.router.id
  lb_target_group_arn    = aws_lb_target_group.s_2_5432.arn
}

resource "aws_vpc_endpoint_service" "s_2" {
  acceptance_required        = true
  network_load_balancer_arns = [aws_lb.s_2.arn]
  tags                       = { Name = "acme-hub-s-2" }
  depends_on                 = [aws_lb_listener.s_2_3306, aws_lb_listener.s_2_5432]
}

# The exact role of Databricks in this region. "*" would make the service public.
resource "aws_vpc_endpoint_service_allowed_principal" "s_2" {
  vpc_endpoint_service_id = aws_vpc_endpoint_service.s_2.id
  principal_arn           = "arn:aws:iam::565502421330:role/private-connectivity-role-eu-west-1"
}

# acme-hub s-3: 3 listeners.
resource "aws_lb" "s_3" {
  name                                                         = "acme-hub-s-3-062936"
  load_balancer_type                                           = "network"
  internal                                                     = true
  subnets                                                      = [aws_subnet.private_1.id, aws_subnet.private_2.id, aws_subnet.private_3.id]
  security_groups                                              = [aws_security_group.s_3_nlb.id]
  enforce_security_group_inbound_rules_on_private_link_traffic = "off"
  enable_cross_zone_load_balancing                             = true
  enable_deletion_protection                                   = false
  tags                                                         = { Name = "acme-hub-s-3-062936" }
}

# Targets: warehouse. The address of warehouse may change, and the router resolves its name.
resource "aws_lb_listener" "s_3_1433" {
  load_balancer_arn        = aws_lb.s_3.arn
  port                     = 1433
  protocol                 = "TCP"
  tcp_idle_timeout_seconds = 350

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.s_3_1433.arn
  }
}

resource "aws_lb_target_group" "s_3_1433" {
  name                 = "acme-hub-s-3-1433-d1dcab"
  vpc_id               = aws_vpc.hub.id
  port                 = 20004
  protocol             = "TCP"
  target_type          = "instance"
  preserve_client_ip   = "false"
  proxy_protocol_v2    = true
  deregistration_delay = 300

  health_check {
    protocol            = "HTTP"
    port                = "8080"
    path                = "/ready"
    interval            = 10
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }

  tags = {
    Name     = "acme-hub-s-3-1433-d1dcab"
    listener = "s-3/1433"
  }
}

resource "aws_autoscaling_attachment" "s_3_1433" {
  autoscaling_group_name = aws_autoscaling_group.router.id
  lb_target_group_arn    = aws_lb_target_group.s_3_1433.arn
}

# Targets: ledger. The address of ledger may change, and the router resolves its name.
resource "aws_lb_listener" "s_3_1521" {
  load_balancer_arn        = aws_lb.s_3.arn
  port                     = 1521
  protocol                 = "TCP"
  tcp_idle_timeout_seconds = 350

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.s_3_1521.arn
  }
}

resource "aws_lb_target_group" "s_3_1521" {
  name                 = "acme-hub-s-3-1521-13f17f"
  vpc_id               = aws_vpc.hub.id
  port                 = 20005
  protocol             = "TCP"
  target_type          = "instance"
  preserve_client_ip   = "false"
  proxy_protocol_v2    = true
  deregistration_delay = 300

  health_check {
    protocol            = "HTTP"
    port                = "8080"
    path                = "/ready"
    interval            = 10
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }

  tags = {
    Name     = "acme-hub-s-3-1521-13f17f"
    listener = "s-3/1521"
  }
}

resource "aws_autoscaling_attachment" "s_3_1521" {
  autoscaling_group_name = aws_autoscaling_group.router.id
  lb_target_group_arn    = aws_lb_target_group.s_3_1521.arn
}

# Targets: legacy-mysql. The address of legacy-mysql may change, and the router resolves its name.
resource "aws_lb_listener" "s_3_3306" {
  load_balancer_arn        = aws_lb.s_3.arn
  port                     = 3306
  protocol                 = "TCP"
  tcp_idle_timeout_seconds = 350

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.s_3_3306.arn
  }
}

resource "aws_lb_target_group" "s_3_3306" {
  name                 = "acme-hub-s-3-3306-78cc12"
  vpc_id               = aws_vpc.hub.id
  port                 = 20006
  protocol             = "TCP"
  target_type          = "instance"
  preserve_client_ip   = "false"
  proxy_protocol_v2    = false
  deregistration_delay = 300

  health_check {
    protocol            = "HTTP"
    port                = "8080"
    path                = "/ready"
    interval            = 10
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }

  tags = {
    Name     = "acme-hub-s-3-3306-78cc12"
    listener = "s-3/3306"
  }
}

resource "aws_autoscaling_attachment" "s_3_3306" {
  autoscaling_group_name = aws_autoscaling_group.router.id
  lb_target_group_arn    = aws_lb_target_group.s_3_3306.arn
}

resource "aws_vpc_endpoint_service" "s_3" {
  acceptance_required        = true
  network_load_balancer_arns = [aws_lb.s_3.arn]
  tags                       = { Name = "acme-hub-s-3" }
  depends_on                 = [aws_lb_listener.s_3_1433, aws_lb_listener.s_3_1521, aws_lb_listener.s_3_3306]
}

# The exact role of Databricks in this region. "*" would make the service public.
resource "aws_vpc_endpoint_service_allowed_principal" "s_3" {
  vpc_endpoint_service_id = aws_vpc_endpoint_service.s_3.id
  principal_arn           = "arn:aws:iam::565502421330:role/private-connectivity-role-eu-west-1"
}
