# Written by `lakegate synth`. Change the spec, not this file.

# No ingress rule: none applies to PrivateLink traffic (see
# enforce_security_group_inbound_rules_on_private_link_traffic), and no other traffic may enter.
resource "aws_security_group" "s_1_nlb" {
  name        = "acme-hub-s-1-nlb"
  description = "Load balancer of the endpoint service s-1"
  vpc_id      = aws_vpc.hub.id
  tags        = { Name = "acme-hub-s-1-nlb" }
}

resource "aws_vpc_security_group_egress_rule" "s_1_6379" {
  security_group_id            = aws_security_group.s_1_nlb.id
  description                  = "router listener of s-1/6379"
  ip_protocol                  = "tcp"
  from_port                    = 20000
  to_port                      = 20000
  referenced_security_group_id = aws_security_group.router.id
}

resource "aws_vpc_security_group_ingress_rule" "s_1_6379" {
  security_group_id            = aws_security_group.router.id
  description                  = "router listener of s-1/6379, from the load balancer s-1"
  ip_protocol                  = "tcp"
  from_port                    = 20000
  to_port                      = 20000
  referenced_security_group_id = aws_security_group.s_1_nlb.id
}

resource "aws_vpc_security_group_egress_rule" "s_1_8200" {
  security_group_id            = aws_security_group.s_1_nlb.id
  description                  = "router listener of s-1/8200"
  ip_protocol                  = "tcp"
  from_port                    = 20001
  to_port                      = 20001
  referenced_security_group_id = aws_security_group.router.id
}

resource "aws_vpc_security_group_ingress_rule" "s_1_8200" {
  security_group_id            = aws_security_group.router.id
  description                  = "router listener of s-1/8200, from the load balancer s-1"
  ip_protocol                  = "tcp"
  from_port                    = 20001
  to_port                      = 20001
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

resource "aws_security_group" "s_2_nlb" {
  name        = "acme-hub-s-2-nlb"
  description = "Load balancer of the endpoint service s-2"
  vpc_id      = aws_vpc.hub.id
  tags        = { Name = "acme-hub-s-2-nlb" }
}

resource "aws_vpc_security_group_egress_rule" "s_2_3306" {
  security_group_id            = aws_security_group.s_2_nlb.id
  description                  = "router listener of s-2/3306"
  ip_protocol                  = "tcp"
  from_port                    = 20002
  to_port                      = 20002
  referenced_security_group_id = aws_security_group.router.id
}

resource "aws_vpc_security_group_ingress_rule" "s_2_3306" {
  security_group_id            = aws_security_group.router.id
  description                  = "router listener of s-2/3306, from the load balancer s-2"
  ip_protocol                  = "tcp"
  from_port                    = 20002
  to_port                      = 20002
  referenced_security_group_id = aws_security_group.s_2_nlb.id
}

resource "aws_vpc_security_group_egress_rule" "s_2_5432" {
  security_group_id            = aws_security_group.s_2_nlb.id
  description                  = "router listener of s-2/5432"
  ip_protocol                  = "tcp"
  from_port                    = 20003
  to_port                      = 20003
  referenced_security_group_id = aws_security_group.router.id
}

resource "aws_vpc_security_group_ingress_rule" "s_2_5432" {
  security_group_id            = aws_security_group.router.id
  description                  = "router listener of s-2/5432, from the load balancer s-2"
  ip_protocol                  = "tcp"
  from_port                    = 20003
  to_port                      = 20003
  referenced_security_group_id = aws_security_group.s_2_nlb.id
}

resource "aws_vpc_security_group_egress_rule" "s_2_ready_8080" {
  security_group_id            = aws_security_group.s_2_nlb.id
  description                  = "readiness of the routers"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.router.id
}

resource "aws_vpc_security_group_ingress_rule" "s_2_ready_8080" {
  security_group_id            = aws_security_group.router.id
  description                  = "readiness of the routers, from the load balancer s-2"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.s_2_nlb.id
}

resource "aws_security_group" "s_3_nlb" {
  name        = "acme-hub-s-3-nlb"
  description = "Load balancer of the endpoint service s-3"
  vpc_id      = aws_vpc.hub.id
  tags        = { Name = "acme-hub-s-3-nlb" }
}

resource "aws_vpc_security_group_egress_rule" "s_3_1433" {
  security_group_id            = aws_security_group.s_3_nlb.id
  description                  = "router listener of s-3/1433"
  ip_protocol                  = "tcp"
  from_port                    = 20004
  to_port                      = 20004
  referenced_security_group_id = aws_security_group.router.id
}

resource "aws_vpc_security_group_ingress_rule" "s_3_1433" {
  security_group_id            = aws_security_group.router.id
  description                  = "router listener of s-3/1433, from the load balancer s-3"
  ip_protocol                  = "tcp"
  from_port                    = 20004
  to_port                      = 20004
  referenced_security_group_id = aws_security_group.s_3_nlb.id
}

resource "aws_vpc_security_group_egress_rule" "s_3_1521" {
  security_group_id            = aws_security_group.s_3_nlb.id
  description                  = "router listener of s-3/1521"
  ip_protocol                  = "tcp"
  from_port                    = 20005
  to_port                      = 20005
  referenced_security_group_id = aws_security_group.router.id
}

resource "aws_vpc_security_group_ingress_rule" "s_3_1521" {
  security_group_id            = aws_security_group.router.id
  description                  = "router listener of s-3/1521, from the load balancer s-3"
  ip_protocol                  = "tcp"
  from_port                    = 20005
  to_port                      = 20005
  referenced_security_group_id = aws_security_group.s_3_nlb.id
}

resource "aws_vpc_security_group_egress_rule" "s_3_3306" {
  security_group_id            = aws_security_group.s_3_nlb.id
  description                  = "router listener of s-3/3306"
  ip_protocol                  = "tcp"
  from_port                    = 20006
  to_port                      = 20006
  referenced_security_group_id = aws_security_group.router.id
}

resource "aws_vpc_security_group_ingress_rule" "s_3_3306" {
  security_group_id            = aws_security_group.router.id
  description                  = "router listener of s-3/3306, from the load balancer s-3"
  ip_protocol                  = "tcp"
  from_port                    = 20006
  to_port                      = 20006
  referenced_security_group_id = aws_security_group.s_3_nlb.id
}

resource "aws_vpc_security_group_egress_rule" "s_3_ready_8080" {
  security_group_id            = aws_security_group.s_3_nlb.id
  description                  = "readiness of the routers"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.router.id
}

resource "aws_vpc_security_group_ingress_rule" "s_3_ready_8080" {
  security_group_id            = aws_security_group.router.id
  description                  = "readiness of the routers, from the load balancer s-3"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.s_3_nlb.id
}

# Ports of the router listeners: 20000, 20001, 20002, 20003, 20004, 20005, 20006. No SSH.
resource "aws_security_group" "router" {
  name        = "acme-hub-router"
  description = "Router fleet: in from the load balancers, out to the granted networks and ports"
  vpc_id      = aws_vpc.hub.id
  tags        = { Name = "acme-hub-router" }
}

resource "aws_vpc_security_group_egress_rule" "router" {
  for_each = {
    "10.60.0.0/16:3306/tcp"   = { cidr = "10.60.0.0/16", port = 3306, protocol = "tcp", to = "crm" }
    "10.40.0.0/22:6379/tcp"   = { cidr = "10.40.0.0/22", port = 6379, protocol = "tcp", to = "hub" }
    "192.168.0.0/16:1433/tcp" = { cidr = "192.168.0.0/16", port = 1433, protocol = "tcp", to = "onprem" }
    "192.168.0.0/16:1521/tcp" = { cidr = "192.168.0.0/16", port = 1521, protocol = "tcp", to = "onprem" }
    "192.168.0.0/16:3306/tcp" = { cidr = "192.168.0.0/16", port = 3306, protocol = "tcp", to = "onprem" }
    "192.168.0.0/16:8200/tcp" = { cidr = "192.168.0.0/16", port = 8200, protocol = "tcp", to = "onprem" }
    "10.50.0.0/16:5432/tcp"   = { cidr = "10.50.0.0/16", port = 5432, protocol = "tcp", to = "orders" }
    "192.168.0.53/32:53/tcp"  = { cidr = "192.168.0.53/32", port = 53, protocol = "tcp", to = "resolver of onprem" }
    "192.168.0.53/32:53/udp"  = { cidr = "192.168.0.53/32", port = 53, protocol = "udp", to = "resolver of onprem" }
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
  name        = "acme-hub-vpc-endpoints"
  description = "Interface endpoints: in from the routers"
  vpc_id      = aws_vpc.hub.id
  tags        = { Name = "acme-hub-vpc-endpoints" }
}

resource "aws_vpc_security_group_ingress_rule" "vpc_endpoints_from_router" {
  security_group_id            = aws_security_group.vpc_endpoints.id
  description                  = "routers"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.router.id
}
