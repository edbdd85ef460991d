/** What `lakegate init` writes: a spec that `lakegate check` accepts, with a comment at each thing that must be replaced. */
export const starterFile = `# What your Databricks workspaces may reach, and how. lakegate plans the rest from this file:
#
#   lakegate check    every mistake in this file, with its line
#   lakegate plan     what would be built, why, and what it costs
#   lakegate lab      try it on this machine, without any cloud account
#
# All fields: docs/spec.md. Completion in editors: run \`lakegate schema > lakegate.schema.json\` and put this line on top:
#   yaml-language-server: $schema=lakegate.schema.json  (as a comment)

lakegate: 1 # version of this format
name: my-lake # prefix of everything created: 2 to 20 lower-case letters, digits and hyphens

aws:
  region: eu-west-1 # the region of your workspaces
  account: "111122223333" # the account of the hub; ids are always in quotes
  tags: { owner: data-platform }

databricks:
  account_id: 00000000-0000-4000-8000-000000000000 # from the account console

# Workspaces, by names of your choice. The id is the number after o= in the workspace URL.
workspaces:
  analytics: { id: "1234567890123456" }
  science: { id: "2345678901234567" }

# The VPC where connections arrive: load balancers, and routers that tell targets apart by name.
hub:
  vpc: { create: { cidr: 10.40.0.0/22, zones: 3 } } # or: { id: vpc-…, subnets: [subnet-…, subnet-…] }
  router: { instance: t4g.small, min: 2, max: 6 }

# Where the targets are, and how the hub gets there: hub, transit-gateway, peering or internet.
networks:
  core:
    reach: transit-gateway
    transit_gateway: tgw-0123456789abcdef0
    account: "444455556666" # where it is another account than the hub's
    vpc: vpc-0123456789abcdef0
    cidrs: [10.50.0.0/16] # routers connect to no address outside
  onprem:
    reach: transit-gateway
    transit_gateway: tgw-0123456789abcdef0
    cidrs: [192.168.0.0/16]
    dns: [192.168.0.53] # resolvers that know its names
  public: { reach: internet }

# What may be reached. Types: https http postgres mysql sqlserver oracle kafka redis mongodb tls tcp s3.
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

# Who may reach what. Everything else is refused, and says why.
access:
  - { from: [analytics, science], to: [orders-db, lake] }
  - { from: [analytics], to: [ledger] }
  - { from: ["*"], to: [vault, github] } # "*" is every workspace
`;
