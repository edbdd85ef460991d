import type { Cidr, Hostname, IpAddress, LimitName, Port, Speech } from '../ir/index.ts';

/**
 * A checked spec with every default filled in. What a target's type implies (ports, how it is told apart) is data here:
 * later stages read `routing`, `speaks` and `first`, never `type`.
 */
export interface Spec {
  readonly name: string;
  readonly aws: {
    readonly region: string;
    readonly account: string;
    readonly tags: Readonly<Record<string, string>>;
    readonly backend?: {
      readonly bucket: string;
      readonly lock: 'native' | 'dynamodb';
      /** ARN of a key or alias. Absent: what the bucket does by default. */
      readonly kmsKey?: string;
      /** Absent: the region of the hub. */
      readonly region?: string;
      readonly key?: string;
      readonly role?: string;
    };
  };
  readonly databricks: {
    readonly accountId: string;
    readonly partition: 'commercial' | 'govcloud' | 'govcloud-dod';
    /** Whether workspaces get a network policy that allows what they were granted. */
    readonly networkPolicy?: 'enforced' | 'dry-run';
  };
  readonly limits: Readonly<Partial<Record<LimitName, number>>>;
  /** `strict`: no workspace reaches what it was not granted. `shared`: access sets may merge, surplus pairs are listed. */
  readonly isolation: 'strict' | 'shared';
  /** What a smaller plan means: fewest endpoints, then services, then listeners; or the lowest monthly price. */
  readonly optimize: 'endpoints' | 'cost';
  /** Merges the user has accepted: the workspaces of an entry share an NCC, and so what any of them may reach. */
  readonly shareNcc: readonly (readonly string[])[];
  /** Stated load, for cost and fleet size. */
  readonly load: StatedLoad;
  readonly workspaces: readonly Workspace[];
  readonly hub?: SpecHub;
  readonly networks: readonly Network[];
  readonly targets: readonly Target[];
  /** One entry per entry of the file, `*` expanded, duplicates within an entry removed. */
  readonly access: readonly Grant[];
  readonly inspection?: {
    readonly ca: {
      readonly subject: string;
      readonly days: number;
      /** Domains for which the CA may sign, each with all names below it. Absent: the inspected names. */
      readonly names?: readonly Hostname[];
      /** The CI that renews the intermediate CA. */
      readonly signer?:
        | { readonly by: 'github'; readonly repository: string; readonly branch: string }
        | { readonly by: 'role'; readonly arn: string };
    };
    readonly deliver?: { readonly volume: string; readonly file: string; readonly create: boolean };
    /** What routers record of requests. */
    readonly flows?: {
      readonly redact: readonly string[];
      /** From 0 to 1. */
      readonly sample: number;
      /** `until`: ISO 8601 in UTC. */
      readonly bodies: readonly { readonly target: string; readonly until: string }[];
    };
  };
  readonly credentials: readonly Credential[];
}

export interface StatedLoad {
  /** Simultaneous connections of all workspaces. Default 1000. */
  readonly connections: number;
  /** Transferred both ways per month. Default 1000. */
  readonly gbPerMonth: number;
  /** Peak throughput in Mbit/s. Default 100. */
  readonly peakMbps: number;
}

export interface Workspace {
  readonly name: string;
  /** Absent for a workspace that a foundation creates. */
  readonly id?: string;
  /** The foundation, checked for its shape. */
  readonly create?: Readonly<Record<string, unknown>>;
}

export interface SpecHub {
  readonly vpc:
    | { readonly kind: 'create'; readonly cidr: Cidr; readonly zones: number; readonly internet: 'auto' | 'none' }
    | { readonly kind: 'existing'; readonly id: string; readonly subnets: readonly string[] };
  readonly router: {
    readonly engine: 'node' | 'haproxy';
    readonly run: 'instances' | 'containers';
    readonly instance: string;
    readonly min: number;
    readonly max: number;
  };
  readonly deletionProtection: boolean;
}

export interface Network {
  readonly name: string;
  readonly reach: 'hub' | 'transit-gateway' | 'peering' | 'internet';
  readonly transitGateway?: string;
  readonly account?: string;
  readonly vpc?: string;
  readonly cidrs: readonly Cidr[];
  readonly dns: readonly IpAddress[];
  /** Ids of private hosted zones that the hub is associated with. */
  readonly privateZones?: readonly string[];
  /** Role that lakegate's Terraform may assume in the spoke account. Absent: the spoke's side is written to its own folder. */
  readonly assumeRole?: string;
}

export type TargetType =
  | 'https'
  | 'http'
  | 'postgres'
  | 'mysql'
  | 'sqlserver'
  | 'oracle'
  | 'kafka'
  | 'redis'
  | 'mongodb'
  | 'tls'
  | 'tcp'
  | 's3';

export interface Target {
  readonly name: string;
  readonly type: TargetType;
  /** Absent for S3 only. */
  readonly network?: string;
  /** Exact names clients use. For Kafka the broker names, symbolic where the plan creates the cluster. Empty for S3 only. */
  readonly hosts: readonly Hostname[];
  /** Ports clients use. One, but for Kafka with several kinds of authentication. Empty for S3 only. */
  readonly ports: readonly Port[];
  /** `name`: shares a port with others. `port`: needs a listener of its own. `bucket`: S3, no hub. */
  readonly routing: 'name' | 'port' | 'bucket';
  /** What is spoken on the port. `tcp` when routed by port without being understood. */
  readonly speaks: Speech;
  /** Who sends the first byte. `server` means no PROXY header, hence no endpoint identity. */
  readonly first: 'client' | 'server';
  /** Static upstream addresses instead of DNS. */
  readonly addresses: readonly IpAddress[];
  readonly portPolicy: 'keep' | 'remap';
  readonly tls: 'passthrough' | 'inspect';
  readonly paths?: { readonly allow: readonly string[]; readonly deny: readonly string[] };
  /** Of an inspected target: it takes only requests below this prefix. Absent: all of its hosts' requests. */
  readonly path?: string;
  /** Of an inspected target: where it is, as far as that is not what clients call it. */
  readonly upstream?: TargetUpstream;
  readonly buckets: readonly string[];
  readonly mysqlFamily?: 'mysql' | 'mariadb';
  /** MySQL and Postgres by name: takes the clients that send no name. */
  readonly isDefault: boolean;
  readonly kafka?: Kafka;
  readonly health: 'none' | 'tcp' | 'tls' | 'postgres';
  readonly maxConnections?: number;
  readonly onMove: 'keep' | 'close';
  /** The name this target had before, so that its allocations move along: Terraform gets a `moved` block. */
  readonly renamedFrom?: string;
}

export interface TargetUpstream {
  readonly host?: Hostname;
  readonly port?: Port;
  readonly tlsName?: Hostname;
  /** As written. */
  readonly caFile?: string;
  /** Certificates of that file in PEM. Empty until it was read, which the reader of specs does not do. */
  readonly ca: readonly string[];
  /** What replaces `path`. */
  readonly prefix?: string;
}

export interface Kafka {
  readonly listeners: 'sni' | 'per-broker';
  readonly auth: readonly ('iam' | 'scram' | 'tls')[];
  readonly brokers: number;
  readonly source:
    | { readonly kind: 'existing'; readonly clusterArn?: string }
    | {
        readonly kind: 'create';
        readonly version: string;
        readonly instance: string;
        readonly storageGb: number;
        readonly encryption: { readonly inTransit: 'tls' | 'tls_plaintext'; readonly atRest: 'kms' | 'aws-managed' };
        readonly cloudwatchDays?: number;
      };
}

export interface Grant {
  /** Index of the entry under `access:`. */
  readonly index: number;
  readonly from: readonly string[];
  readonly to: readonly string[];
}

export interface Credential {
  readonly name: string;
  readonly type: 'service-credential';
  readonly externalId: string;
  readonly kafka?: {
    readonly target: string;
    readonly topics: readonly string[];
    readonly groups: readonly string[];
    readonly actions: readonly ('read' | 'write')[];
  };
}
