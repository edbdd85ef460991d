import { z } from 'zod';
import {
  type Cidr,
  type Hostname,
  type InfraPlan,
  type IpAddress,
  limitNames,
  type Port,
  type RoutePlan,
} from '../ir/index.ts';

// What the values mean is said beside the types in src/ir; here is their form, once, for machines.

/** One line without control characters: a plan file may come from anyone, and its names are printed. */
const text = z.string().regex(/^[ -~\u00a0-\uffff]*$/);
const count = z.number().int().nonnegative();
const branded = <T>(schema: z.ZodType): z.ZodType<T> => schema as z.ZodType<T>;
const port = branded<Port>(z.number().int().min(1).max(65_535));
const hostname = branded<Hostname>(
  z
    .string()
    .regex(/^[a-z0-9_.-]{1,253}$/)
    .describe('an exact DNS name in lower case'),
);
const cidr = branded<Cidr>(
  z
    .string()
    .regex(/^[0-9./]{9,18}$/)
    .describe('an IPv4 network such as 10.40.0.0/22'),
);
const address = branded<IpAddress>(
  z
    .string()
    .regex(/^[0-9a-f.:]{2,45}$/)
    .describe('an IP address'),
);
const object = z.strictObject;
const list = z.array;

const rule = z.union([
  object({ kind: z.literal('service'), key: text, service: text, domains: list(hostname) }),
  object({ kind: z.literal('s3'), key: text, awsService: text, buckets: list(text) }),
]);

const forward = z.union([
  object({ to: z.literal('router'), why: text }),
  object({
    to: z.literal('addresses'),
    members: list(object({ address, zone: z.enum(['all', 'automatic']) })),
    why: text,
  }),
  object({ to: z.literal('broker'), target: text, broker: count, why: text }),
]);

const listener = object({
  key: text,
  port,
  idleSeconds: count,
  targetGroup: object({
    name: text,
    port,
    proxyProtocolV2: z.boolean(),
    health: object({ protocol: z.enum(['HTTP', 'TCP']), port, path: text.optional() }),
  }),
  targets: list(text),
  forward,
});

const vpc = z.union([
  object({
    kind: z.literal('create'),
    cidr,
    subnets: list(object({ key: text, role: z.enum(['private', 'public']), zone: count, cidr })),
    internet: z.enum(['nat', 'none']),
  }),
  object({ kind: z.literal('existing'), id: text, subnetIds: list(text) }),
]);

const auth = z.enum(['iam', 'scram', 'tls']);

const mskSource = z.union([
  object({ kind: z.literal('existing'), clusterArn: text.optional() }),
  object({
    kind: z.literal('create'),
    version: text,
    instance: text,
    storageGb: count,
    encryption: object({ inTransit: z.enum(['tls', 'tls_plaintext']), atRest: z.enum(['kms', 'aws-managed']) }),
    logs: object({ cloudwatchDays: count.optional() }),
  }),
]);

const infraPlan = object({
  version: z.literal(1),
  name: text,
  aws: object({
    region: text,
    account: text,
    partition: z.enum(['aws', 'aws-us-gov']),
    tags: z.record(text, text),
    backend: object({ bucket: text, lock: z.enum(['native', 'dynamodb']) }).optional(),
  }),
  databricks: object({
    accountId: text,
    partition: z.enum(['commercial', 'govcloud', 'govcloud-dod']),
    accountHost: text,
    principalArn: text,
    networkPolicy: object({ mode: z.enum(['enforced', 'dry-run']) }).optional(),
  }),
  nccs: list(
    object({ key: text, name: text, workspaces: list(object({ name: text, id: text.optional() })), rules: list(rule) }),
  ),
  endpointServices: list(
    object({
      key: text,
      name: text,
      allowedPrincipals: list(text),
      nlb: object({ name: text, crossZone: z.boolean(), deletionProtection: z.boolean() }),
      listeners: list(listener),
    }),
  ),
  targets: list(
    object({
      name: text,
      type: text,
      network: text.optional(),
      hosts: list(hostname),
      ports: list(object({ port, clientPort: port })),
      services: list(text),
      routing: z.enum(['name', 'port', 'bucket']),
      tls: z.enum(['passthrough', 'inspect']),
      buckets: list(text),
      workspaces: list(text),
    }),
  ),
  networks: list(
    object({
      name: text,
      reach: z.enum(['hub', 'transit-gateway', 'peering', 'internet']),
      transitGateway: text.optional(),
      account: text.optional(),
      vpc: text.optional(),
      cidrs: list(cidr),
      dns: list(address),
      domains: list(hostname),
      privateZones: list(text).optional(),
      spokeSide: z.enum(['none', 'assume-role', 'separate-folder']),
      assumeRole: text.optional(),
      ports: list(port),
    }),
  ),
  hub: object({ vpc, vpcEndpoints: list(text) }).optional(),
  router: object({
    engine: z.enum(['node', 'haproxy']),
    run: z.enum(['instances', 'containers']),
    instance: text,
    architecture: z.enum(['arm64', 'x64']),
    min: count,
    max: count,
    why: text,
    readinessPort: port,
    ports: list(port),
    egress: list(object({ network: text, cidrs: list(text), ports: list(port) })),
  }).optional(),
  mskClusters: list(
    object({
      target: text,
      name: text,
      listeners: z.enum(['sni', 'per-broker']),
      auth: list(auth),
      brokers: list(object({ number: count, host: hostname })),
      source: mskSource,
    }),
  ),
  credentials: list(
    object({
      name: text,
      roleName: text,
      externalId: text,
      kafka: object({
        target: text,
        topics: list(text),
        groups: list(text),
        actions: list(z.enum(['read', 'write'])),
      }).optional(),
    }),
  ),
  inspection: object({
    ca: object({ subject: text, days: count }),
    names: list(hostname),
    deliver: object({ volume: text, file: text }).optional(),
  }).optional(),
  renames: list(object({ from: text, to: text })).optional(),
});

const speech = z.enum(['tls', 'postgres', 'http', 'mysql', 'tcp']);

const route = object({
  key: text,
  target: text,
  match: z.union([
    object({ by: z.literal('name'), speech: z.enum(['tls', 'postgres', 'http', 'mysql']), name: hostname }),
    object({ by: z.literal('port') }),
  ]),
  allow: list(text),
  action: object({
    upstream: text,
    tls: z.enum(['passthrough', 'inspect']),
    paths: object({ allow: list(text), deny: list(text) }).optional(),
    isDefault: z.boolean().optional(),
    unavailable: z.enum(['explain', 'reset']).optional(),
  }),
});

const routePlan = object({
  version: z.literal(1),
  name: text,
  listeners: list(
    object({
      key: text,
      port,
      clientPort: port,
      speaks: list(speech),
      identity: z.union([
        object({ by: z.literal('endpoint') }),
        object({ by: z.literal('listener'), nccs: list(text) }),
      ]),
      routes: list(route),
      mysqlFamily: z.enum(['mysql', 'mariadb']).optional(),
    }),
  ),
  upstreams: z.record(
    text,
    object({
      key: text,
      host: hostname,
      port,
      addresses: list(address).optional(),
      network: text,
      cidrs: list(cidr),
      reach: z.enum(['private', 'public']),
      resolvers: list(address).optional(),
      health: object({
        kind: z.enum(['none', 'tcp', 'tls', 'postgres']),
        intervalSeconds: z.number(),
        rise: count,
        fall: count,
      }),
      maxConnections: count.optional(),
      onMove: z.enum(['keep', 'close']).optional(),
    }),
  ),
  trustedNetworks: list(cidr),
});

const sure = z.enum(['documented', 'reported', 'assumption']);
const dollars = z.union([z.number().nonnegative(), z.literal('unknown')]);
const load = z.object({ connections: z.number().nonnegative(), gbPerMonth: z.number().nonnegative() });

const cost = object({
  currency: z.literal('USD'),
  pricesOf: text.describe('the region whose list prices these are'),
  region: text,
  load,
  lines: list(
    object({
      what: text,
      kind: z.enum(['fixed', 'usage']),
      payer: z.enum(['customer', 'databricks']),
      quantity: z.number().nonnegative(),
      price: object({
        name: text,
        amount: dollars,
        currency: z.literal('USD'),
        per: text,
        region: text,
        sure,
        source: text,
        asOf: text,
        remark: text.optional(),
      }),
      monthlyUsd: dollars.describe('unknown where no price is published; never 0 for want of a price'),
      why: text,
    }),
  ),
  fixedUsd: z.number(),
  usageUsd: z.number(),
  totalUsd: z.number().describe('the known part: a lower bound unless unknown is empty'),
  unknown: list(text),
  remarks: list(text),
});

const headroomRow = object({
  limit: z.enum(limitNames),
  scope: text,
  used: z.number(),
  of: z.number(),
  unit: text,
  overridden: z.boolean(),
});

const proof = object({
  workspaces: count,
  targets: count,
  reached: count,
  surplus: count,
  refused: count,
  refusedBy: z.record(text, count),
  adversarialDials: count,
});

const counts = { endpoints: count, services: count, listeners: count };
const signedCounts = { endpoints: z.number(), services: z.number(), listeners: z.number() };
const placement = object({
  exact: z.boolean(),
  ...counts,
  lowerBound: object(counts),
  apart: list(object({ service: text, from: text, why: text })).describe('what keeps each pair of services apart'),
});

const diagnostic = object({
  code: z
    .string()
    .regex(/^LG_[A-Z0-9_]+$/)
    .describe('one of docs/errors.md'),
  severity: z.enum(['error', 'warning', 'note']),
  file: text,
  line: count,
  column: count,
  path: list(z.union([z.string(), z.number()])),
  message: z.string(),
  hint: z.string().optional(),
});

// Adding a field to a plan without saying so here breaks the golden cases; changing one breaks this line.
const plans: { infra: z.ZodType<InfraPlan>; routes: z.ZodType<RoutePlan> } = { infra: infraPlan, routes: routePlan };

/** The document of `plan --json`. Everything but `diagnostics` is null when there is no plan. */
export const planDocumentSchema = object({
  infra: plans.infra.nullable(),
  routes: plans.routes.nullable(),
  lock: z
    .looseObject({ version: z.literal(1), name: text })
    .nullable()
    .describe('the allocations, as in the lock file'),
  cost: cost.nullable(),
  headroom: list(headroomRow).nullable(),
  proof: proof.nullable(),
  placement: placement.nullable(),
  savings: list(
    object({
      choice: z.enum(['domains_per_rule', 'port_policy', 'mysql_by_name']),
      is: z.enum(['made', 'open']),
      what: text,
      ...signedCounts,
    }),
  ).nullable(),
  surplus: list(object({ workspace: text, target: text }))
    .nullable()
    .describe('pairs that nobody granted and that an accepted merge makes reachable'),
  repack: object({
    saves: object(signedCounts),
    moves: list(object({ what: z.enum(['workspace', 'name']), name: text, from: text, to: text })),
  })
    .optional()
    .describe('only with --repack and a lock: the rest of the document is then the plan packed afresh'),
  diagnostics: list(diagnostic),
});

/** The published JSON Schema (draft 2020-12) of {@link planDocumentSchema}: `schema/plan.schema.json`. */
export const planJsonSchema = (): object => ({
  title: 'lakegate plan --json',
  ...z.toJSONSchema(planDocumentSchema, { target: 'draft-2020-12' }),
});
