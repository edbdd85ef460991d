import type { Cidr, Hostname, IpAddress, Port } from './values.ts';

/** Everything that must exist in the two clouds: plain JSON data, versioned. Emitters and sim read it; nothing else about a spec reaches them. */
export interface InfraPlan {
  readonly version: 1;
  /** The spec's name: prefix of everything created. */
  readonly name: string;
  readonly aws: AwsPlan;
  readonly databricks: DatabricksPlan;
  readonly nccs: readonly Ncc[];
  readonly endpointServices: readonly EndpointService[];
  /** What clients use, one entry a target of the spec, sorted by name. */
  readonly targets: readonly PlannedTarget[];
  readonly networks: readonly NetworkPath[];
  /** Absent when no target needs an endpoint service (S3 only). */
  readonly hub?: Hub;
  /** Absent when no listener needs a router. */
  readonly router?: RouterFleet;
  readonly mskClusters: readonly MskCluster[];
  readonly credentials: readonly ServiceCredential[];
  readonly inspection?: InspectionPlan;
  /** Targets that had another name in the lock: what Terraform addresses by target moves along instead of being replaced. */
  readonly renames?: readonly { readonly from: string; readonly to: string }[];
}

export interface AwsPlan {
  readonly region: string;
  readonly account: string;
  readonly partition: 'aws' | 'aws-us-gov';
  readonly tags: Readonly<Record<string, string>>;
  readonly backend?: { readonly bucket: string; readonly lock: 'native' | 'dynamodb' };
}

export interface DatabricksPlan {
  readonly accountId: string;
  readonly partition: 'commercial' | 'govcloud' | 'govcloud-dod';
  readonly accountHost: string;
  /** The one principal that endpoint services allow. */
  readonly principalArn: string;
  /** Absent: lakegate leaves network policies alone. Present: each NCC's workspaces get one that allows the NCC's names and buckets. */
  readonly networkPolicy?: { readonly mode: 'enforced' | 'dry-run' };
}

export interface Ncc {
  /** Stable key: `n-1`. */
  readonly key: string;
  /** 3 to 30 characters. */
  readonly name: string;
  readonly workspaces: readonly { readonly name: string; readonly id?: string }[];
  readonly rules: readonly Rule[];
}

/** A private endpoint rule. Each makes one endpoint and counts against the region. */
export type Rule =
  | {
      readonly kind: 'service';
      /** Stable key, unique in the plan: `r-1`. */
      readonly key: string;
      /** Key of an endpoint service. */
      readonly service: string;
      /** Sorted. Symbolic names (see values.ts) are known after apply. */
      readonly domains: readonly Hostname[];
    }
  | { readonly kind: 's3'; readonly key: string; readonly awsService: string; readonly buckets: readonly string[] };

/** Our side of PrivateLink: one service, one NLB. */
export interface EndpointService {
  /** Stable key: `s-1`. */
  readonly key: string;
  /** Readable name for tags. */
  readonly name: string;
  readonly allowedPrincipals: readonly string[];
  readonly nlb: Nlb;
  readonly listeners: readonly Listener[];
}

export interface Nlb {
  /** ≤ 32 characters, letters, digits and hyphens. */
  readonly name: string;
  readonly crossZone: boolean;
  readonly deletionProtection: boolean;
}

export interface Listener {
  /** `<service>/<port>`. */
  readonly key: string;
  /** What clients dial. */
  readonly port: Port;
  /** 60 to 6000. */
  readonly idleSeconds: number;
  readonly targetGroup: TargetGroup;
  /** The spec's targets behind it, sorted. */
  readonly targets: readonly string[];
  readonly forward: Forward;
}

export interface TargetGroup {
  /** ≤ 32 characters. */
  readonly name: string;
  readonly port: Port;
  readonly proxyProtocolV2: boolean;
  readonly health: { readonly protocol: 'HTTP' | 'TCP'; readonly port: Port; readonly path?: string };
}

export type Forward =
  | { readonly to: 'router'; readonly why: string }
  /** No router hop. `zone: 'all'` for addresses outside the hub VPC. */
  | {
      readonly to: 'addresses';
      readonly members: readonly { readonly address: IpAddress; readonly zone: 'all' | 'automatic' }[];
      readonly why: string;
    }
  /** One broker of a cluster whose addresses the provider knows after apply (`listeners: per-broker`). */
  | { readonly to: 'broker'; readonly target: string; readonly broker: number; readonly why: string };

export interface Hub {
  readonly vpc:
    | {
        readonly kind: 'create';
        readonly cidr: Cidr;
        readonly subnets: readonly Subnet[];
        readonly internet: 'nat' | 'none';
      }
    | { readonly kind: 'existing'; readonly id: string; readonly subnetIds: readonly string[] };
  /** Interface endpoints the fleet needs where there is no way to the internet, such as `ssm`, `logs`; `s3` is a gateway. */
  readonly vpcEndpoints: readonly string[];
}

export interface Subnet {
  /** Stable key: `private-1`, `public-1`. */
  readonly key: string;
  readonly role: 'private' | 'public';
  /** Zone number from 1; the provider maps it to a zone of the region. */
  readonly zone: number;
  readonly cidr: Cidr;
}

export interface RouterFleet {
  readonly engine: 'node' | 'haproxy';
  readonly run: 'instances' | 'containers';
  readonly instance: string;
  readonly architecture: 'arm64' | 'x64';
  readonly min: number;
  readonly max: number;
  /** Why this size: the assumptions in words. */
  readonly why: string;
  /** Health checks of the load balancers go here. No PROXY header is demanded on it, one is accepted. */
  readonly readinessPort: Port;
  /** Ports of the router listeners. */
  readonly ports: readonly Port[];
  /** Where the fleet may connect to: the only egress of its security group beside DNS and VPC endpoints. */
  readonly egress: readonly {
    readonly network: string;
    readonly cidrs: readonly string[];
    readonly ports: readonly Port[];
  }[];
}

/** A target as its clients see it: for snippets, outputs and the table of `plan`. */
export interface PlannedTarget {
  readonly name: string;
  /** The spec's `type`, such as `postgres`. */
  readonly type: string;
  readonly network?: string;
  /** Names clients use. Empty for S3. */
  readonly hosts: readonly Hostname[];
  /** `port` is the target's own, `clientPort` what clients dial: another one only with `port_policy: remap`. */
  readonly ports: readonly { readonly port: Port; readonly clientPort: Port }[];
  /** Keys of the endpoint services it is behind: one, or one per broker. Empty for S3. */
  readonly services: readonly string[];
  readonly routing: 'name' | 'port' | 'bucket';
  readonly tls: 'passthrough' | 'inspect';
  readonly buckets: readonly string[];
  /** Names of the workspaces that may reach it, sorted. */
  readonly workspaces: readonly string[];
}

export interface NetworkPath {
  readonly name: string;
  readonly reach: 'hub' | 'transit-gateway' | 'peering' | 'internet';
  readonly transitGateway?: string;
  readonly account?: string;
  readonly vpc?: string;
  readonly cidrs: readonly Cidr[];
  /** Resolvers for names of this network. */
  readonly dns: readonly IpAddress[];
  /** Names that resolve there, when `dns` is given. */
  readonly domains: readonly Hostname[];
  /** Ids of private hosted zones of this network that the hub must be able to resolve. */
  readonly privateZones?: readonly string[];
  /** Who writes the spoke's side: lakegate through a role in the account, or the spoke's owner from a folder of its own. */
  readonly spokeSide: 'none' | 'assume-role' | 'separate-folder';
  readonly assumeRole?: string;
  /** Ports that targets of this network need from the hub. */
  readonly ports: readonly Port[];
}

export interface MskCluster {
  readonly target: string;
  readonly name: string;
  readonly listeners: 'sni' | 'per-broker';
  readonly auth: readonly ('iam' | 'scram' | 'tls')[];
  readonly brokers: readonly { readonly number: number; readonly host: Hostname }[];
  readonly source:
    | { readonly kind: 'existing'; readonly clusterArn?: string }
    | {
        readonly kind: 'create';
        readonly version: string;
        readonly instance: string;
        readonly storageGb: number;
        readonly encryption: { readonly inTransit: 'tls' | 'tls_plaintext'; readonly atRest: 'kms' | 'aws-managed' };
        readonly logs: { readonly cloudwatchDays?: number };
      };
}

export interface ServiceCredential {
  readonly name: string;
  readonly roleName: string;
  readonly externalId: string;
  readonly kafka?: {
    readonly target: string;
    readonly topics: readonly string[];
    readonly groups: readonly string[];
    readonly actions: readonly ('read' | 'write')[];
  };
}

export interface InspectionPlan {
  readonly ca: { readonly subject: string; readonly days: number };
  /** The names the CA may sign for, and no other. */
  readonly names: readonly Hostname[];
  readonly deliver?: { readonly volume: string; readonly file: string };
}
