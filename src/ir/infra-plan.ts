import { z } from 'zod';
import type { Plain } from './plain.ts';
import { cidrShape, countShape, hostnameShape, ipAddressShape, lineShape, portShape } from './value-shapes.ts';

const lines = z.array(lineShape);

const awsPlanShape = z.strictObject({
  region: lineShape,
  account: lineShape,
  partition: z.enum(['aws', 'aws-us-gov']),
  /** Tags of the spec, for everything that is made in AWS. */
  tags: z.record(lineShape, lineShape),
  /** One tag more, by which all that belongs to this plan is found. */
  planTag: z.strictObject({ key: lineShape, value: lineShape }),
  /** Where Terraform keeps its state. */
  backend: z
    .strictObject({
      bucket: lineShape,
      /** Key of the state of the hub. */
      key: lineShape,
      lock: z.enum(['native', 'dynamodb']),
      /** The DynamoDB table, where `lock` needs one. */
      lockTable: lineShape.optional(),
      /** ARN of the key that encrypts the state. Absent: what the bucket does by default. */
      kmsKey: lineShape.optional(),
      /** Of the bucket. Absent: the region of the plan. */
      region: lineShape.optional(),
      /** A role that is assumed for the state alone. */
      role: lineShape.optional(),
    })
    .optional(),
});

const databricksPlanShape = z.strictObject({
  accountId: lineShape,
  partition: z.enum(['commercial', 'govcloud', 'govcloud-dod']),
  accountHost: lineShape,
  /** The one principal that endpoint services allow. */
  principalArn: lineShape,
  /** Absent: lakegate leaves network policies alone. Present: each NCC's workspaces get one that allows the NCC's names and buckets. */
  networkPolicy: z.strictObject({ mode: z.enum(['enforced', 'dry-run']) }).optional(),
});

/** A private endpoint rule. Each makes one endpoint and counts against the region. */
const ruleShape = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('service'),
    /** Stable key, unique in the plan: `r-1`. */
    key: lineShape,
    /** Key of an endpoint service. */
    service: lineShape,
    /** Sorted. Symbolic names (see values.ts) are known after apply. */
    domains: z.array(hostnameShape),
  }),
  z.strictObject({ kind: z.literal('s3'), key: lineShape, awsService: lineShape, buckets: lines }),
]);

const nccShape = z.strictObject({
  /** Stable key: `n-1`. */
  key: lineShape,
  /** 3 to 30 characters. */
  name: lineShape,
  workspaces: z.array(z.strictObject({ name: lineShape, id: lineShape.optional() })),
  rules: z.array(ruleShape),
});

const forwardShape = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('router'), why: lineShape }),
  /** No router hop. `zone: 'all'` for addresses outside the hub VPC. */
  z.strictObject({
    to: z.literal('addresses'),
    members: z.array(z.strictObject({ address: ipAddressShape, zone: z.enum(['all', 'automatic']) })),
    why: lineShape,
  }),
  /** One broker of a cluster whose addresses the provider knows after apply (`listeners: per-broker`). */
  z.strictObject({ to: z.literal('broker'), target: lineShape, broker: countShape, why: lineShape }),
]);

const targetGroupShape = z.strictObject({
  /** ≤ 32 characters. */
  name: lineShape,
  port: portShape,
  proxyProtocolV2: z.boolean(),
  health: z.strictObject({ protocol: z.enum(['HTTP', 'TCP']), port: portShape, path: lineShape.optional() }),
});

const listenerShape = z.strictObject({
  /** `<service>/<port>`. */
  key: lineShape,
  /** What clients dial. */
  port: portShape,
  /** 60 to 6000. */
  idleSeconds: countShape,
  targetGroup: targetGroupShape,
  /** The spec's targets behind it, sorted. */
  targets: lines,
  forward: forwardShape,
});

const nlbShape = z.strictObject({
  /** ≤ 32 characters, letters, digits and hyphens. */
  name: lineShape,
  crossZone: z.boolean(),
  deletionProtection: z.boolean(),
});

/** Our side of PrivateLink: one service, one NLB. */
const endpointServiceShape = z.strictObject({
  /** Stable key: `s-1`. */
  key: lineShape,
  /** Readable name for tags. */
  name: lineShape,
  allowedPrincipals: lines,
  nlb: nlbShape,
  listeners: z.array(listenerShape),
});

/** A target as its clients see it: for snippets, outputs and the table of `plan`. */
const plannedTargetShape = z.strictObject({
  name: lineShape,
  /** The spec's `type`, such as `postgres`. */
  type: lineShape,
  network: lineShape.optional(),
  /** Names clients use. Empty for S3. */
  hosts: z.array(hostnameShape),
  /** `port` is the target's own, `clientPort` what clients dial: another one only with `port_policy: remap`. */
  ports: z.array(z.strictObject({ port: portShape, clientPort: portShape })),
  /** Keys of the endpoint services it is behind: one, or one per broker. Empty for S3. */
  services: lines,
  routing: z.enum(['name', 'port', 'bucket']),
  tls: z.enum(['passthrough', 'inspect']),
  /** The prefix of the requests that it takes, where targets share its host. */
  path: lineShape.optional(),
  buckets: lines,
  /** Names of the workspaces that may reach it, sorted. */
  workspaces: lines,
});

const networkPathShape = z.strictObject({
  name: lineShape,
  reach: z.enum(['hub', 'transit-gateway', 'peering', 'internet']),
  transitGateway: lineShape.optional(),
  account: lineShape.optional(),
  vpc: lineShape.optional(),
  cidrs: z.array(cidrShape),
  /** Resolvers for names of this network. */
  dns: z.array(ipAddressShape),
  /** Names that resolve there, when `dns` is given. */
  domains: z.array(hostnameShape),
  /** Ids of private hosted zones of this network that the hub must be able to resolve. */
  privateZones: lines.optional(),
  /** Who writes the spoke's side: lakegate through a role in the account, or the spoke's owner from a separate folder. */
  spokeSide: z.enum(['none', 'assume-role', 'separate-folder']),
  assumeRole: lineShape.optional(),
  /** Ports that targets of this network need from the hub. */
  ports: z.array(portShape),
});

const subnetShape = z.strictObject({
  /** Stable key: `private-1`, `public-1`. */
  key: lineShape,
  role: z.enum(['private', 'public']),
  /** Zone number from 1; the provider maps it to a zone of the region. */
  zone: countShape,
  cidr: cidrShape,
});

const hubShape = z.strictObject({
  vpc: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('create'),
      cidr: cidrShape,
      subnets: z.array(subnetShape),
      internet: z.enum(['nat', 'none']),
    }),
    z.strictObject({ kind: z.literal('existing'), id: lineShape, subnetIds: lines }),
  ]),
  /** Interface endpoints the fleet needs where there is no internet access, such as `ssm`, `logs`; `s3` is a gateway. */
  vpcEndpoints: lines,
});

/** What other parts must know of a running fleet: who reads an object, a log or a metric finds it by these. */
const fleetNamesShape = z.strictObject({
  /** The Auto Scaling group, or the ECS cluster and its service. */
  fleet: lineShape,
  /** The bucket with what routers run and follow. */
  bucket: lineShape,
  /** Its objects. */
  keys: z.strictObject({
    routes: lineShape,
    /** The endpoint map: a {@link Policy}. */
    policy: lineShape,
    /** What precedes the digest of a router archive. */
    artifacts: lineShape,
  }),
  logGroup: lineShape,
  /** CloudWatch metrics that are counted in the log. */
  metrics: lineShape,
  /** The SNS topic of the alarms. */
  alarms: lineShape,
});

const routerFleetShape = z.strictObject({
  engine: z.enum(['node', 'haproxy']),
  run: z.enum(['instances', 'containers']),
  instance: lineShape,
  architecture: z.enum(['arm64', 'x64']),
  min: countShape,
  needed: countShape.describe('routers that the stated load needs at its peak, whatever min and max are'),
  max: countShape,
  /** Why this size: the assumptions in words. */
  why: lineShape,
  /** Health checks of the load balancers go here. No PROXY header is demanded on it, one is accepted. */
  readinessPort: portShape,
  names: fleetNamesShape,
  /** Ports of the router listeners. */
  ports: z.array(portShape),
  /** Where the fleet may connect to: the only egress of its security group apart from DNS and VPC endpoints. */
  egress: z.array(z.strictObject({ network: lineShape, cidrs: z.array(cidrShape), ports: z.array(portShape) })),
});

const mskClusterShape = z.strictObject({
  target: lineShape,
  name: lineShape,
  listeners: z.enum(['sni', 'per-broker']),
  auth: z.array(z.enum(['iam', 'scram', 'tls'])),
  brokers: z.array(z.strictObject({ number: countShape, host: hostnameShape })),
  source: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('existing'), clusterArn: lineShape.optional() }),
    z.strictObject({
      kind: z.literal('create'),
      version: lineShape,
      instance: lineShape,
      storageGb: countShape,
      encryption: z.strictObject({
        inTransit: z.enum(['tls', 'tls_plaintext']),
        atRest: z.enum(['kms', 'aws-managed']),
      }),
      /** Empty: brokers log nothing. */
      logs: z.strictObject({ cloudwatchDays: countShape.optional(), logGroup: lineShape.optional() }),
    }),
  ]),
});

const serviceCredentialShape = z.strictObject({
  name: lineShape,
  roleName: lineShape,
  externalId: lineShape,
  kafka: z
    .strictObject({
      target: lineShape,
      topics: lines,
      groups: lines,
      actions: z.array(z.enum(['read', 'write'])),
    })
    .optional(),
});

const inspectionPlanShape = z.strictObject({
  ca: z.strictObject({
    subject: lineShape,
    days: countShape,
    /** What stands before the number of a key in the alias of that key of the root, in KMS. */
    keyAlias: lineShape,
  }),
  /** Renews the intermediate CA. Absent: nothing does, and the plan cannot be applied. */
  signer: z
    .strictObject({
      /** The IAM role that it acts as. */
      roleName: lineShape,
      /** Who may act as that role. */
      trusts: z.discriminatedUnion('by', [
        z.strictObject({ by: z.literal('github'), repository: lineShape, branch: lineShape }),
        z.strictObject({ by: z.literal('role'), arn: lineShape }),
      ]),
    })
    .optional(),
  /** The secret in Secrets Manager from which routers get the intermediate CA. The signer writes its value. */
  secret: lineShape,
  /** The names the CA may sign for, each with all names below it, and no other. */
  names: z.array(hostnameShape),
  deliver: z
    .strictObject({
      volume: lineShape,
      file: lineShape,
      /** Whether Terraform makes the volume. */
      create: z.boolean(),
    })
    .optional(),
});

/** Everything that must exist in the two clouds: plain JSON data, versioned. Emitters and sim read it; nothing else about a spec reaches them. */
export const infraPlanShape = z.strictObject({
  version: z.literal(1),
  /** The spec's name: prefix of everything created. */
  name: lineShape,
  aws: awsPlanShape,
  databricks: databricksPlanShape,
  nccs: z.array(nccShape),
  endpointServices: z.array(endpointServiceShape),
  /** What clients use, one entry a target of the spec, sorted by name. */
  targets: z.array(plannedTargetShape),
  networks: z.array(networkPathShape),
  /** Absent when no target needs an endpoint service (S3 only). */
  hub: hubShape.optional(),
  /** The KMS key of bucket, logs, alarms, secrets and brokers. Absent when there is nothing to encrypt. */
  encryptionKey: z
    .strictObject({
      alias: lineShape,
      /** Log groups of these names may use it; ends in `*`. */
      logGroups: lineShape,
    })
    .optional(),
  /** Absent when no listener needs a router. */
  router: routerFleetShape.optional(),
  mskClusters: z.array(mskClusterShape),
  credentials: z.array(serviceCredentialShape),
  inspection: inspectionPlanShape.optional(),
  /** Targets that had another name in the lock: what Terraform addresses by target moves along instead of being replaced. */
  renames: z.array(z.strictObject({ from: lineShape, to: lineShape })).optional(),
});

export interface AwsPlan extends Plain<z.output<typeof awsPlanShape>> {}
export type Rule = Plain<z.output<typeof ruleShape>>;
export interface Ncc extends Plain<z.output<typeof nccShape>> {}
export type Forward = Plain<z.output<typeof forwardShape>>;
export interface TargetGroup extends Plain<z.output<typeof targetGroupShape>> {}
export interface Listener extends Plain<z.output<typeof listenerShape>> {}
export interface EndpointService extends Plain<z.output<typeof endpointServiceShape>> {}
export interface PlannedTarget extends Plain<z.output<typeof plannedTargetShape>> {}
export interface NetworkPath extends Plain<z.output<typeof networkPathShape>> {}
export interface Subnet extends Plain<z.output<typeof subnetShape>> {}
export interface Hub extends Plain<z.output<typeof hubShape>> {}
export interface FleetNames extends Plain<z.output<typeof fleetNamesShape>> {}
export interface RouterFleet extends Plain<z.output<typeof routerFleetShape>> {}
export interface MskCluster extends Plain<z.output<typeof mskClusterShape>> {}
export interface ServiceCredential extends Plain<z.output<typeof serviceCredentialShape>> {}
export interface InspectionPlan extends Plain<z.output<typeof inspectionPlanShape>> {}
export interface InfraPlan extends Plain<z.output<typeof infraPlanShape>> {}
