# Written by `lakegate synth`. Change the spec, not this file.

data "aws_route_tables" "spoke" {
  vpc_id = "vpc-0aaaaaaaaaaaaaaa1"
}

data "aws_subnets" "spoke" {
  filter {
    name   = "vpc-id"
    values = ["vpc-0aaaaaaaaaaaaaaa1"]
  }
}

data "aws_subnet" "spoke" {
  for_each = toset(data.aws_subnets.spoke.ids)
  id       = each.value
}

# One subnet of each zone: an attachment takes only one.
locals {
  attachment_subnets = [for zone, ids in { for subnet in data.aws_subnet.spoke : subnet.availability_zone_id => subnet.id... } : sort(ids)[0]]
}

# A VPC can be attached to a transit gateway only once. If an attachment exists, import it to this address.
resource "aws_ec2_transit_gateway_vpc_attachment" "spoke" {
  transit_gateway_id = "tgw-0a1b2c3d4e5f60718"
  vpc_id             = "vpc-0aaaaaaaaaaaaaaa1"
  subnet_ids         = local.attachment_subnets
  tags               = { Name = "acme-hub-orders" }
}

resource "aws_route" "spoke_to_hub" {
  for_each               = toset(data.aws_route_tables.spoke.ids)
  route_table_id         = each.value
  destination_cidr_block = "10.40.0.0/22"
  transit_gateway_id     = aws_ec2_transit_gateway_vpc_attachment.spoke.transit_gateway_id
}

# Optional: attach it to the targets, or add the same rules to their existing groups.
resource "aws_security_group" "from_hub" {
  name        = "acme-hub-from-hub"
  description = "Join this group to admit the lakegate hub on the granted ports"
  vpc_id      = "vpc-0aaaaaaaaaaaaaaa1"
  tags        = { Name = "acme-hub-from-hub" }
}

resource "aws_vpc_security_group_ingress_rule" "from_hub_5432" {
  security_group_id = aws_security_group.from_hub.id
  description       = "lakegate hub"
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
  cidr_ipv4         = "10.40.0.0/22"
}
