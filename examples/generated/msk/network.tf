# Written by `lakegate synth`. Change the spec, not this file.

data "aws_availability_zones" "available" {
  state = "available"

  # Availability Zones only: Local Zones and Wavelength Zones do not support this kind of load balancer.
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

resource "aws_vpc" "hub" {
  cidr_block         = "10.70.0.0/22"
  enable_dns_support = true

  # Required by the private DNS names of the VPC endpoints.
  enable_dns_hostnames = true

  tags = { Name = "acme-events-hub" }
}

# No rules: what is launched without another security group reaches nothing.
resource "aws_default_security_group" "hub" {
  vpc_id = aws_vpc.hub.id
}

resource "aws_subnet" "private_1" {
  vpc_id            = aws_vpc.hub.id
  availability_zone = data.aws_availability_zones.available.names[0]
  cidr_block        = "10.70.0.0/24"
  tags = {
    Name = "acme-events-private-1"
    role = "private"
  }
}

resource "aws_subnet" "private_2" {
  vpc_id            = aws_vpc.hub.id
  availability_zone = data.aws_availability_zones.available.names[1]
  cidr_block        = "10.70.1.0/24"
  tags = {
    Name = "acme-events-private-2"
    role = "private"
  }
}

resource "aws_subnet" "private_3" {
  vpc_id            = aws_vpc.hub.id
  availability_zone = data.aws_availability_zones.available.names[2]
  cidr_block        = "10.70.2.0/24"
  tags = {
    Name = "acme-events-private-3"
    role = "private"
  }
}

resource "aws_route_table" "private_1" {
  vpc_id = aws_vpc.hub.id
  tags   = { Name = "acme-events-private-1" }
}

resource "aws_route_table_association" "private_1" {
  subnet_id      = aws_subnet.private_1.id
  route_table_id = aws_route_table.private_1.id
}

resource "aws_route_table" "private_2" {
  vpc_id = aws_vpc.hub.id
  tags   = { Name = "acme-events-private-2" }
}

resource "aws_route_table_association" "private_2" {
  subnet_id      = aws_subnet.private_2.id
  route_table_id = aws_route_table.private_2.id
}

resource "aws_route_table" "private_3" {
  vpc_id = aws_vpc.hub.id
  tags   = { Name = "acme-events-private-3" }
}

resource "aws_route_table_association" "private_3" {
  subnet_id      = aws_subnet.private_3.id
  route_table_id = aws_route_table.private_3.id
}

# Each of these gets the routes to the other networks.
locals {
  hub_route_tables = {
    private-1 = aws_route_table.private_1.id
    private-2 = aws_route_table.private_2.id
    private-3 = aws_route_table.private_3.id
  }
}

# Free of charge. The routers read their artifact and their configuration through it.
resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.hub.id
  service_name      = "com.amazonaws.us-east-1.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = values(local.hub_route_tables)
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OnlyTheConfigBucket"
        Effect    = "Allow"
        Principal = "*"
        Action    = ["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"]
        Resource  = [aws_s3_bucket.config.arn, "${aws_s3_bucket.config.arn}/*"]
      },
    ]
  })
  tags = { Name = "acme-events-s3" }
}

resource "aws_vpc_endpoint" "ec2messages" {
  vpc_id              = aws_vpc.hub.id
  service_name        = "com.amazonaws.us-east-1.ec2messages"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = [aws_subnet.private_1.id, aws_subnet.private_2.id, aws_subnet.private_3.id]
  security_group_ids  = [aws_security_group.vpc_endpoints.id]
  private_dns_enabled = true
  tags                = { Name = "acme-events-ec2messages" }
}

resource "aws_vpc_endpoint" "logs" {
  vpc_id              = aws_vpc.hub.id
  service_name        = "com.amazonaws.us-east-1.logs"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = [aws_subnet.private_1.id, aws_subnet.private_2.id, aws_subnet.private_3.id]
  security_group_ids  = [aws_security_group.vpc_endpoints.id]
  private_dns_enabled = true
  tags                = { Name = "acme-events-logs" }
}

resource "aws_vpc_endpoint" "ssm" {
  vpc_id              = aws_vpc.hub.id
  service_name        = "com.amazonaws.us-east-1.ssm"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = [aws_subnet.private_1.id, aws_subnet.private_2.id, aws_subnet.private_3.id]
  security_group_ids  = [aws_security_group.vpc_endpoints.id]
  private_dns_enabled = true
  tags                = { Name = "acme-events-ssm" }
}

resource "aws_vpc_endpoint" "ssmmessages" {
  vpc_id              = aws_vpc.hub.id
  service_name        = "com.amazonaws.us-east-1.ssmmessages"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = [aws_subnet.private_1.id, aws_subnet.private_2.id, aws_subnet.private_3.id]
  security_group_ids  = [aws_security_group.vpc_endpoints.id]
  private_dns_enabled = true
  tags                = { Name = "acme-events-ssmmessages" }
}
