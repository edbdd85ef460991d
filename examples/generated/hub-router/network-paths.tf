# Written by `lakegate synth`. Change the spec, not this file.

# A VPC can be attached to a transit gateway only once. If an attachment exists, import it to this address. If another
# account owns the gateway, it may have to accept the attachment.
resource "aws_ec2_transit_gateway_vpc_attachment" "hub_to_tgw_0a1b2c3d4e5f60718" {
  transit_gateway_id = "tgw-0a1b2c3d4e5f60718"
  vpc_id             = aws_vpc.hub.id

  # Every zone that has routers: nothing can be reached from a zone without an attachment.
  subnet_ids = [aws_subnet.private_1.id, aws_subnet.private_2.id, aws_subnet.private_3.id]

  tags = { Name = "acme-hub-hub" }
}

resource "aws_route" "crm" {
  for_each               = { for pair in setproduct(keys(local.hub_route_tables), ["10.60.0.0/16"]) : join(" ", pair) => pair }
  route_table_id         = local.hub_route_tables[each.value[0]]
  destination_cidr_block = each.value[1]
  transit_gateway_id     = aws_ec2_transit_gateway_vpc_attachment.hub_to_tgw_0a1b2c3d4e5f60718.transit_gateway_id
}

resource "aws_route" "onprem" {
  for_each               = { for pair in setproduct(keys(local.hub_route_tables), ["192.168.0.0/16"]) : join(" ", pair) => pair }
  route_table_id         = local.hub_route_tables[each.value[0]]
  destination_cidr_block = each.value[1]
  transit_gateway_id     = aws_ec2_transit_gateway_vpc_attachment.hub_to_tgw_0a1b2c3d4e5f60718.transit_gateway_id
}

resource "aws_route" "orders" {
  for_each               = { for pair in setproduct(keys(local.hub_route_tables), ["10.50.0.0/16"]) : join(" ", pair) => pair }
  route_table_id         = local.hub_route_tables[each.value[0]]
  destination_cidr_block = each.value[1]
  transit_gateway_id     = aws_ec2_transit_gateway_vpc_attachment.hub_to_tgw_0a1b2c3d4e5f60718.transit_gateway_id
}
