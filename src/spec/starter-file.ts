/** What `lakegate init` writes: a spec that `lakegate check` accepts, with a comment at each thing that must be replaced. */
export const starterFile = `# Which targets your Databricks workspaces may reach, and where they are. lakegate plans the rest from this file:
#
#   lakegate check    all errors in this file, with their lines
#   lakegate plan     what would be built, why, and what it costs
#   lakegate lab      try it on this machine, without a cloud account
#
# All fields: docs/spec.md. Completion in editors: run \`lakegate schema > lakegate.schema.json\` and make this comment the first line:
#   # yaml-language-server: $schema=lakegate.schema.json

lakegate: 1 # version of this format
name: my-lake # prefix of every created resource: 2 to 20 lower-case letters, digits and hyphens

aws:
  region: eu-west-1 # the region of your workspaces
  account: "111122223333" # the account of the hub; ids need quotes
  tags: { owner: data-platform }

databricks:
  account_id: 00000000-0000-4000-8000-000000000000 # from the account console

# Workspaces. You choose the names; the id is the number after o= in the workspace URL.
workspaces:
  analytics: { id: "1234567890123456" }
  science: { id: "2345678901234567" }

# The VPC where connections arrive. It has load balancers, and routers that route by host name.
hub:
  vpc: { create: { cidr: 10.40.0.0/22, zones: 3 } } # or: { id: vpc-…, subnets: [subnet-…, subnet-…] }
  router: { instance: t4g.small, min: 2, max: 6 }

# The networks of the targets, and how the hub reaches them: hub, transit-gateway, peering or internet.
networks:
  core:
    reach: transit-gateway
    transit_gateway: tgw-0123456789abcdef0
    account: "444455556666" # if it is not the account of the hub
    vpc: vpc-0123456789abcdef0
    cidrs: [10.50.0.0/16] # routers connect only to addresses inside
  onprem:
    reach: transit-gateway
    transit_gateway: tgw-0123456789abcdef0
    cidrs: [192.168.0.0/16]
    dns: [192.168.0.53] # DNS resolvers for its names
  public: { reach: internet }

# What workspaces can be granted access to. Types: https http postgres mysql sqlserver oracle kafka redis mongodb tls tcp s3.
targets:
  orders-db: { type: postgres, host: orders.cluster-abc123.eu-west-1.rds.amazonaws.com, network: core }
  ledger: { type: oracle, host: ledger.corp.example.com, network: onprem }
  vault: { type: tls, host: vault.corp.example.com, port: 8200, network: onprem }
  github: { type: https, hosts: [api.github.com], network: public }
  lake: { type: s3, bucket: my-lake-raw }
  # events: # a Kafka cluster: \`lakegate msk brokers --cluster ARN\` prints the names
  #   type: kafka
  #   network: core
  #   msk: { cluster: "arn:aws:kafka:…", brokers: [b-1.…, b-2.…, b-3.…], auth: [iam] }

# Which workspaces may reach which targets. Everything else is refused, with the reason.
access:
  - { from: [analytics, science], to: [orders-db, lake] }
  - { from: [analytics], to: [ledger] }
  - { from: ["*"], to: [vault, github] } # "*" is every workspace
`;
