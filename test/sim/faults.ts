import type { Code } from '../../src/diagnostics/index.ts';
import type { Policy } from '../../src/ir/index.ts';
import type { Verdict } from '../../src/observe/index.ts';
import type { Attributes, Caller, Thing } from '../../src/sim/aws/index.ts';
import type { SimulatedAccounts } from '../../src/sim/fill/index.ts';

/** Something that is changed in the clouds of `examples/hub-router.yaml` outside of lakegate. */
export interface Fault {
  readonly name: string;
  readonly change: (clouds: Clouds) => void;
  /** What an observation finds. Absent: only the topology differs. */
  readonly found?: { readonly code: Code; readonly verdict: Verdict; readonly message: RegExp };
  /** Whether the proof of the grants still holds over what was observed. */
  readonly proof: 'holds' | 'fails';
}

/** The simulated clouds with the operations that faults are made of. */
export class Clouds {
  readonly accounts: SimulatedAccounts;
  readonly aws: SimulatedAccounts['aws'];
  readonly databricks: SimulatedAccounts['databricks'];
  readonly caller: Caller;

  constructor(accounts: SimulatedAccounts) {
    this.accounts = accounts;
    this.aws = accounts.aws;
    this.databricks = accounts.databricks;
    this.caller = accounts.caller;
  }

  one(type: string, where: Attributes | ((thing: Thing) => boolean) = {}): Thing {
    const fits =
      typeof where === 'function'
        ? where
        : ({ attributes }: Thing): boolean =>
            Object.entries(where).every(([name, value]) => attributes[name] === value);
    const [found] = this.aws.all(type, fits);
    if (!found) throw new Error(`there is no ${type} with ${JSON.stringify(where)}`);
    return found;
  }

  set(thing: Thing, attributes: Attributes): void {
    thing.attributes = { ...thing.attributes, ...attributes };
  }

  remove(type: string, where: Attributes = {}): void {
    this.aws.remove(this.one(type, where));
  }

  object(key: string): Thing {
    return this.one('aws_s3_object', { key });
  }

  edit(key: string, change: (text: string) => string): void {
    const object = this.object(key);
    this.set(object, { content: change(String(object.attributes.content)) });
  }

  editMap(change: (endpoints: Record<string, string>) => void): void {
    this.edit('policy.json', (text) => {
      const { endpoints } = JSON.parse(text) as Policy;
      const changed: Record<string, string> = { ...endpoints };
      change(changed);
      return JSON.stringify({ version: 1, endpoints: changed });
    });
  }

  /** The rule of an NCC of this name, to a service or to S3. */
  rule(ncc: string, to: 'service' | 's3' = 'service') {
    const id = [...this.databricks.nccs.values()].find((each) =>
      each.name.includes(ncc),
    )?.network_connectivity_config_id;
    const found = [...this.databricks.rules.values()].find(
      (each) => each.network_connectivity_config_id === id && (each.resource_names !== undefined) === (to === 's3'),
    );
    if (!found) throw new Error(`NCC ${ncc} has no rule to ${to}`);
    return found;
  }

  /** The target group that leads to a port of the routers. */
  group(port: number): Thing {
    return this.one('aws_lb_target_group', { port });
  }
}

/** Ids of workspaces of the example. */
export const workspace = { finance: 3_456_789_012_345_678, analytics: 1_234_567_890_123_456 } as const;

/** Those that the proof of what Terraform built has to see. */
export const builtFaults: readonly Fault[] = [
  {
    name: 'a listener is gone',
    change: (clouds) => clouds.remove('aws_lb_listener', { port: 5432 }),
    proof: 'fails',
  },
  {
    name: 'a target group leads to another port of the routers',
    change: (clouds) => clouds.set(clouds.group(20_001), { port: 20_002 }),
    proof: 'fails',
  },
  {
    name: 'endpoint ids are no longer sent',
    change: (clouds) => clouds.set(clouds.group(20_001), { proxy_protocol_v2: false }),
    found: { code: 'LG_LIVE_PROXY_HEADER', verdict: 'broken', message: /sends no PROXY header.* on port 20001$/ },
    proof: 'fails',
  },
  {
    name: 'PrivateLink traffic is held to security groups',
    change: (clouds) =>
      clouds.set(clouds.one('aws_lb'), { enforce_security_group_inbound_rules_on_private_link_traffic: 'on' }),
    found: {
      code: 'LG_LIVE_LOAD_BALANCER',
      verdict: 'broken',
      message: /applies the inbound rules of its security groups to PrivateLink traffic/,
    },
    proof: 'fails',
  },
  {
    name: 'the routers accept nothing from a load balancer',
    change: (clouds) => clouds.remove('aws_vpc_security_group_ingress_rule', { from_port: 20_001 }),
    found: {
      code: 'LG_LIVE_SECURITY_GROUP',
      verdict: 'broken',
      message: /^the routers accept nothing from .* on port 20001: no inbound rule of sg-\w+ admits TCP port 20001$/,
    },
    proof: 'fails',
  },
  {
    name: 'the routers may not send to a network',
    change: (clouds) => clouds.remove('aws_vpc_security_group_egress_rule', { cidr_ipv4: '10.50.0.0/16' }),
    found: {
      code: 'LG_LIVE_SECURITY_GROUP',
      verdict: 'broken',
      message:
        /^the routers cannot reach 10\.50\.0\.0\/16 on port 5432: no outbound rule of sg-\w+ admits TCP port 5432$/,
    },
    proof: 'fails',
  },
  {
    name: 'a subnet of the routers has no route',
    change: (clouds) => clouds.remove('aws_route', { destination_cidr_block: '10.50.0.0/16' }),
    found: {
      code: 'LG_LIVE_ROUTE',
      verdict: 'broken',
      message: /^the routers cannot reach 10\.50\.0\.0\/16: subnet subnet-\w+ has no route to 10\.50\.0\.0\/16$/,
    },
    proof: 'fails',
  },
  {
    name: 'Databricks is not let in',
    change: (clouds) => clouds.remove('aws_vpc_endpoint_service_allowed_principal'),
    found: {
      code: 'LG_LIVE_PRINCIPALS',
      verdict: 'broken',
      message: /does not allow arn:aws:iam::\d+:role\/\S+ to attach$/,
    },
    proof: 'fails',
  },
  {
    name: 'a name is missing in a rule',
    change: ({ databricks }) => {
      const rule = [...databricks.rules.values()].find((each) => each.domain_names);
      if (rule) rule.domain_names = rule.domain_names?.slice(1) ?? [];
    },
    proof: 'fails',
  },
  {
    name: 'a workspace is attached to the NCC of others',
    change: ({ databricks }) => {
      const own = databricks.workspace(workspace.finance).network_connectivity_config_id;
      databricks.bindWorkspace(workspace.finance, [...databricks.nccs.keys()].find((each) => each !== own) ?? '');
    },
    proof: 'fails',
  },
  {
    name: 'a route admits an NCC too many',
    change: (clouds) =>
      clouds.edit('routes.json', (text) =>
        text.replaceAll(/"allow":\s*\[\s*"n-[12]"\s*\]/g, '"allow": ["n-1", "n-2"]'),
      ),
    proof: 'fails',
  },
];

/** Everything as it is now, to be put back. */
export function restorePoint({ aws, databricks }: SimulatedAccounts): () => void {
  const things = aws.snapshot();
  const maps = [databricks.nccs, databricks.rules, databricks.workspaces] as Map<unknown, unknown>[];
  const kept = maps.map((each) => structuredClone([...each]));
  return () => {
    aws.restore(things);
    for (const [at, map] of maps.entries()) {
      map.clear();
      for (const [key, value] of structuredClone(kept[at] ?? [])) map.set(key, value);
    }
  };
}
