/** An NLB with one listener for each port, behind an endpoint service, in a separate network. */
export const endpointServiceHcl = (
  options: {
    readonly ports?: readonly number[];
    readonly more?: string;
    readonly lb?: string;
    readonly providers?: string;
  } = {},
): string => `
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
    ${options.providers ?? ''}
  }
}

provider "aws" {
  region = "eu-west-1"
  default_tags { tags = { made-by = "test" } }
}

data "aws_availability_zones" "here" {
  state = "available"
}

resource "aws_vpc" "hub" {
  cidr_block           = "10.40.0.0/22"
  enable_dns_hostnames = true
  tags                 = { Name = "hub" }
}

resource "aws_subnet" "private" {
  count             = 2
  vpc_id            = aws_vpc.hub.id
  cidr_block        = cidrsubnet(aws_vpc.hub.cidr_block, 2, count.index)
  availability_zone = data.aws_availability_zones.here.names[count.index]
}

resource "aws_security_group" "nlb" {
  name   = "nlb"
  vpc_id = aws_vpc.hub.id
}

resource "aws_vpc_security_group_egress_rule" "nlb" {
  security_group_id = aws_security_group.nlb.id
  cidr_ipv4         = "10.40.0.0/22"
  ip_protocol       = "tcp"
  from_port         = 1
  to_port           = 65535
}

resource "aws_lb" "hub" {
  name                             = "hub"
  internal                         = true
  load_balancer_type               = "network"
  subnets                          = aws_subnet.private[*].id
  enable_cross_zone_load_balancing = true
  enforce_security_group_inbound_rules_on_private_link_traffic = "off"
  security_groups                  = [aws_security_group.nlb.id]
  ${options.lb ?? ''}
}

locals { ports = toset([${(options.ports ?? [443]).map((port) => `"${port}"`).join(', ')}]) }

resource "aws_lb_target_group" "hub" {
  for_each    = local.ports
  name        = "hub-\${each.key}"
  port        = each.key
  protocol    = "TCP"
  target_type = "ip"
  vpc_id      = aws_vpc.hub.id
  proxy_protocol_v2 = true
  health_check {
    protocol = "HTTP"
    port     = "8080"
    path     = "/ready"
  }
}

resource "aws_lb_target_group_attachment" "hub" {
  for_each          = local.ports
  target_group_arn  = aws_lb_target_group.hub[each.key].arn
  target_id         = "192.168.7.9"
  availability_zone = "all"
}

resource "aws_lb_listener" "hub" {
  for_each          = local.ports
  load_balancer_arn = aws_lb.hub.arn
  port              = each.key
  protocol          = "TCP"
  tcp_idle_timeout_seconds = 3600
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.hub[each.key].arn
  }
}

resource "aws_vpc_endpoint_service" "hub" {
  acceptance_required        = true
  network_load_balancer_arns = [aws_lb.hub.arn]
  depends_on                 = [aws_lb_listener.hub]
}

resource "aws_vpc_endpoint_service_allowed_principal" "hub" {
  vpc_endpoint_service_id = aws_vpc_endpoint_service.hub.id
  principal_arn           = "arn:aws:iam::565502421330:role/private-connectivity-role-eu-west-1"
}

output "service_name" { value = aws_vpc_endpoint_service.hub.service_name }
${options.more ?? ''}
`;
