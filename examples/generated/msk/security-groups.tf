# Written by `lakegate synth`. Change the spec, not this file.

# No ingress rule: none applies to PrivateLink traffic (see
# enforce_security_group_inbound_rules_on_private_link_traffic), and no other traffic may enter.
resource "aws_security_group" "s_1_nlb" {
  name        = "acme-events-s-1-nlb"
  description = "Load balancer of the endpoint service s-1"
  vpc_id      = aws_vpc.hub.id
  tags        = { Name = "acme-events-s-1-nlb" }
}

resource "aws_vpc_security_group_egress_rule" "s_1_9098" {
  security_group_id            = aws_security_group.s_1_nlb.id
  description                  = "router listener of s-1/9098"
  ip_protocol                  = "tcp"
  from_port                    = 20000
  to_port                      = 20000
  referenced_security_group_id = aws_security_group.router.id
}

resource "aws_vpc_security_group_ingress_rule" "s_1_9098" {
  security_group_id            = aws_security_group.router.id
  description                  = "router listener of s-1/9098, from the load balancer s-1"
  ip_protocol                  = "tcp"
  from_port                    = 20000
  to_port                      = 20000
  referenced_security_group_id = aws_security_group.s_1_nlb.id
}

resource "aws_vpc_security_group_egress_rule" "s_1_ready_8080" {
  security_group_id            = aws_security_group.s_1_nlb.id
  description                  = "readiness of the routers"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.router.id
}

resource "aws_vpc_security_group_ingress_rule" "s_1_ready_8080" {
  security_group_id            = aws_security_group.router.id
  description                  = "readiness of the routers, from the load balancer s-1"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.s_1_nlb.id
}

# Ports of the router listeners: 20000. No SSH.
resource "aws_security_group" "router" {
  name        = "acme-events-router"
  description = "Router fleet: in from the load balancers, out to the granted networks and ports"
  vpc_id      = aws_vpc.hub.id
  tags        = { Name = "acme-events-router" }
}

resource "aws_vpc_security_group_egress_rule" "router" {
  for_each = {
    "10.70.0.0/22:9098/tcp" = { cidr = "10.70.0.0/22", port = 9098, protocol = "tcp", to = "hub" }
  }
  security_group_id = aws_security_group.router.id
  description       = each.value.to
  ip_protocol       = each.value.protocol
  from_port         = each.value.port
  to_port           = each.value.port
  cidr_ipv4         = each.value.cidr
}

resource "aws_vpc_security_group_egress_rule" "router_to_s3" {
  security_group_id = aws_security_group.router.id
  description       = "S3, through its gateway"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  prefix_list_id    = aws_vpc_endpoint.s3.prefix_list_id
}

resource "aws_vpc_security_group_egress_rule" "router_to_vpc_endpoints" {
  security_group_id            = aws_security_group.router.id
  description                  = "AWS APIs, through VPC endpoints"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.vpc_endpoints.id
}

resource "aws_security_group" "vpc_endpoints" {
  name        = "acme-events-vpc-endpoints"
  description = "Interface endpoints: in from the routers"
  vpc_id      = aws_vpc.hub.id
  tags        = { Name = "acme-events-vpc-endpoints" }
}

resource "aws_vpc_security_group_ingress_rule" "vpc_endpoints_from_router" {
  security_group_id            = aws_security_group.vpc_endpoints.id
  description                  = "routers"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.router.id
}
