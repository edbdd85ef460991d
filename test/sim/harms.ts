import type { Code } from '../../src/diagnostics/index.ts';
import type { Policy } from '../../src/ir/index.ts';
import type { Verdict } from '../../src/observe/index.ts';
import { type Attributes, type Caller, connectEndpoint, type Thing, updateThing } from '../../src/sim/aws/index.ts';
import { setTargetHealth } from '../../src/sim/aws/models/targets.ts';
import type { SimulatedAccounts } from '../../src/sim/fill/index.ts';

/** Something that is changed in the clouds of `examples/hub-router.yaml` behind everybody's back. */
export interface Harm {
  readonly name: string;
  readonly change: (clouds: Clouds) => void;
  /** What an observation finds. Absent: only the topology differs. */
  readonly found?: { readonly code: Code; readonly verdict: Verdict; readonly message: RegExp };
  /** Whether the proof of the grants still holds over what was observed. */
  readonly proof: 'holds' | 'fails';
}

/** The simulated clouds with the few words that harms are made of. */
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
    if (!found) throw new Error(`nothing is a ${type} with ${JSON.stringify(where)}`);
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

const workspace = { finance: 3_456_789_012_345_678, analytics: 1_234_567_890_123_456 } as const;

/** Those that the proof of what Terraform built has to see. */
export const builtHarms: readonly Harm[] = [
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
      message: /holds PrivateLink traffic to the inbound rules/,
    },
    proof: 'fails',
  },
  {
    name: 'the routers take nothing from a load balancer',
    change: (clouds) => clouds.remove('aws_vpc_security_group_ingress_rule', { from_port: 20_001 }),
    found: {
      code: 'LG_LIVE_SECURITY_GROUP',
      verdict: 'broken',
      message: /^the routers take nothing from .* on port 20001: no inbound rule of sg-\w+ admits TCP port 20001$/,
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

/** What else an observation sees. */
export const otherHarms: readonly Harm[] = [
  {
    name: 'somebody rejected the endpoint of a rule',
    change: (clouds) => {
      const { vpc_endpoint_id: id = '' } = clouds.rule('1');
      clouds.set(clouds.one('endpoint_connection', { vpc_endpoint_id: id }), { state: 'Rejected' });
    },
    found: { code: 'LG_LIVE_RULE_ENDED', verdict: 'broken', message: /^rule \S+ of NCC n-1 is DISCONNECTED$/ },
    proof: 'fails',
  },
  {
    name: 'an endpoint waits to be accepted',
    change: (clouds) => {
      const rule = clouds.rule('1');
      rule.connection_state = 'PENDING';
      clouds.set(clouds.one('endpoint_connection', { vpc_endpoint_id: rule.vpc_endpoint_id ?? '' }), {
        state: 'PendingAcceptance',
      });
    },
    found: {
      code: 'LG_LIVE_ENDPOINT_WAITS',
      verdict: 'broken',
      message: /^endpoint vpce-\w+ of rule \S+ of NCC n-1 waits to be accepted$/,
    },
    proof: 'fails',
  },
  {
    name: 'a rule is being made',
    change: (clouds) => {
      const rule = clouds.rule('1');
      rule.connection_state = 'CREATING';
      delete rule.vpc_endpoint_id;
      Object.assign(rule, { creation_time: clouds.databricks.now() });
    },
    found: { code: 'LG_LIVE_RULE_WAITS', verdict: 'broken', message: /has no endpoint yet$/ },
    proof: 'fails',
  },
  {
    name: 'a rule for S3 is established and not enabled',
    change: (clouds) => {
      clouds.rule('1', 's3').enabled = false;
    },
    found: { code: 'LG_LIVE_RULE_WAITS', verdict: 'broken', message: /is established and not enabled/ },
    proof: 'fails',
  },
  {
    name: 'a stranger waits at an endpoint service',
    change: (clouds) => {
      const { attributes } = clouds.one('aws_vpc_endpoint_service');
      const principal = String(clouds.one('aws_vpc_endpoint_service_allowed_principal').attributes.principal_arn);
      const caller = { ...clouds.caller, account: '999999999999' };
      connectEndpoint(clouds.aws, { serviceName: String(attributes.service_name), principal, caller });
    },
    found: {
      code: 'LG_LIVE_ENDPOINT_FOREIGN',
      verdict: 'risk',
      message: /^endpoint vpce-\w+ of account 999999999999 is pendingAcceptance/,
    },
    proof: 'holds',
  },
  {
    name: 'the routers do not know an endpoint',
    change: (clouds) => {
      const { vpc_endpoint_id: id = '' } = clouds.rule('1');
      clouds.editMap((endpoints) => {
        delete endpoints[id];
      });
    },
    found: {
      code: 'LG_LIVE_ENDPOINT_MAP',
      verdict: 'broken',
      message: /^the routers do not know endpoint vpce-\w+ of NCC n-1: they refuse its connections$/,
    },
    proof: 'fails',
  },
  {
    name: 'the routers take an endpoint for one of another NCC',
    change: (clouds) => {
      clouds.editMap((endpoints) => {
        for (const id of Object.keys(endpoints)) endpoints[id] = 'n-1';
      });
    },
    found: {
      code: 'LG_LIVE_ENDPOINT_MAP',
      verdict: 'broken',
      message: /^the routers take endpoint vpce-\w+ of NCC n-2 for one of NCC n-1: its clients have the rights of n-1$/,
    },
    proof: 'fails',
  },
  {
    name: 'the endpoint map has an endpoint that no rule reports',
    change: (clouds) =>
      clouds.editMap((endpoints) => {
        endpoints['vpce-0aaaaaaaaaaaaaaaa'] = 'n-1';
      }),
    found: { code: 'LG_LIVE_ENDPOINT_MAP', verdict: 'risk', message: /vpce-0aaaaaaaaaaaaaaaa, which no rule reports/ },
    proof: 'holds',
  },
  {
    name: 'the routers have no routes',
    change: (clouds) => clouds.remove('aws_s3_object', { key: 'routes.json' }),
    found: { code: 'LG_LIVE_CONFIGURATION', verdict: 'broken', message: /^there is no object routes\.json in the / },
    proof: 'fails',
  },
  {
    name: 'the routers would refuse the routes',
    change: (clouds) => clouds.edit('routes.json', (text) => text.replace('"version":', '"versoin":')),
    found: {
      code: 'LG_LIVE_CONFIGURATION',
      verdict: 'broken',
      message: /^the routers refuse the object routes\.json: /,
    },
    proof: 'fails',
  },
  {
    name: 'the endpoint map is not JSON',
    change: (clouds) => clouds.edit('policy.json', () => '{'),
    found: { code: 'LG_LIVE_CONFIGURATION', verdict: 'broken', message: /^the object policy\.json is not JSON$/ },
    proof: 'fails',
  },
  {
    name: 'the routers do not trust the network of a load balancer',
    change: (clouds) =>
      clouds.edit('routes.json', (text) =>
        text.replace(/"trustedNetworks":\s*\[[^\]]*\]/, '"trustedNetworks": ["10.40.0.0/28"]'),
      ),
    found: {
      code: 'LG_LIVE_PROXY_HEADER',
      verdict: 'broken',
      message: /^the routers do not trust a PROXY header from 10\.40\./,
    },
    proof: 'fails',
  },
  {
    name: 'no member is healthy',
    change: (clouds) => {
      const group = clouds.group(20_001).id;
      for (const { id } of clouds.aws.all('machine'))
        setTargetHealth(clouds.aws, group, { id, port: 20_001 }, 'unhealthy', 'Target.Timeout');
    },
    found: {
      code: 'LG_LIVE_MEMBERS',
      verdict: 'broken',
      message: /^no member of target group \S+ is healthy: i-\w+ is unhealthy \(Target\.Timeout\), i-\w+ is unhealthy/,
    },
    proof: 'fails',
  },
  {
    name: 'one of two members is not healthy',
    change: (clouds) => {
      const { id } = clouds.one('machine');
      setTargetHealth(clouds.aws, clouds.group(20_001).id, { id, port: 20_001 }, 'initial');
    },
    found: {
      code: 'LG_LIVE_MEMBERS',
      verdict: 'risk',
      message: /^of the 2 members of target group \S+, i-\w+ is initial$/,
    },
    proof: 'holds',
  },
  {
    name: 'a load balancer does not cross zones any more',
    change: (clouds) => clouds.set(clouds.one('aws_lb'), { enable_cross_zone_load_balancing: false }),
    found: {
      code: 'LG_LIVE_MEMBERS',
      verdict: 'risk',
      message: /does not cross zones.* has no healthy member in eu-west-1c$/,
    },
    proof: 'holds',
  },
  {
    name: 'the fleet sleeps',
    change: (clouds) => {
      const group = clouds.one('aws_autoscaling_group');
      updateThing(clouds.aws, clouds.caller, group, {
        ...group.attributes,
        min_size: 0,
        max_size: 0,
        desired_capacity: 0,
      });
    },
    found: { code: 'LG_LIVE_FLEET', verdict: 'broken', message: /^acme-hub-router is set to run no router$/ },
    proof: 'fails',
  },
  {
    name: 'a machine of the fleet is gone and none came in its place',
    change: (clouds) => clouds.remove('machine'),
    found: { code: 'LG_LIVE_FLEET', verdict: 'risk', message: /^acme-hub-router runs 1 of 2 routers$/ },
    proof: 'holds',
  },
  {
    name: 'there is no fleet',
    change: (clouds) => {
      clouds.remove('aws_autoscaling_group');
      for (const each of clouds.aws.all('machine')) clouds.aws.remove(each);
    },
    found: {
      code: 'LG_LIVE_FLEET',
      verdict: 'broken',
      message: /^there are no routers: no acme-hub-router was found$/,
    },
    proof: 'fails',
  },
  {
    name: 'the routers have another security group',
    change: (clouds) =>
      clouds.set(clouds.one('aws_launch_template'), {
        network_interfaces: [{ security_groups: ['sg-0aaaaaaaaaaaaaaaa'] }],
      }),
    found: {
      code: 'LG_LIVE_SECURITY_GROUP',
      verdict: 'broken',
      message: /^the routers take nothing from .*: no inbound rule of sg-0aaaaaaaaaaaaaaaa admits TCP port/,
    },
    proof: 'fails',
  },
  {
    name: 'a rule of a security group names a prefix list',
    change: (clouds) =>
      clouds.set(clouds.one('aws_vpc_security_group_egress_rule', { cidr_ipv4: '10.50.0.0/16' }), {
        cidr_ipv4: null,
        prefix_list_id: 'pl-12345678',
      }),
    found: {
      code: 'LG_NOT_OBSERVED',
      verdict: 'unknown',
      message:
        /^whether the routers cannot reach 10\.50\.0\.0\/16 on port 5432 was not observed: a rule names pl-12345678/,
    },
    proof: 'holds',
  },
  {
    name: 'a listener ends TLS',
    change: (clouds) => clouds.set(clouds.one('aws_lb_listener', { port: 5432 }), { protocol: 'TLS' }),
    found: { code: 'LG_LIVE_LISTENER', verdict: 'broken', message: /^listener 5432 of \S+ speaks TLS;/ },
    proof: 'fails',
  },
  {
    name: 'a listener cuts silent connections early',
    change: (clouds) => clouds.set(clouds.one('aws_lb_listener', { port: 5432 }), { tcp_idle_timeout_seconds: 60 }),
    found: { code: 'LG_LIVE_LISTENER', verdict: 'risk', message: /cuts connections that are silent for 60 s;/ },
    proof: 'holds',
  },
  {
    name: 'a target group preserves client addresses',
    change: (clouds) => clouds.set(clouds.group(20_001), { preserve_client_ip: 'true' }),
    found: { code: 'LG_LIVE_LISTENER', verdict: 'risk', message: /preserves client addresses/ },
    proof: 'holds',
  },
  {
    name: 'a route is a blackhole',
    change: (clouds) =>
      clouds.set(clouds.one('aws_route', { destination_cidr_block: '10.50.0.0/16' }), { state: 'blackhole' }),
    found: { code: 'LG_LIVE_ROUTE', verdict: 'broken', message: /to 10\.50\.0\.0\/16 is a blackhole$/ },
    proof: 'fails',
  },
  {
    name: 'a longer route is a blackhole',
    change: (clouds) => {
      const route = clouds.one('aws_route', { destination_cidr_block: '10.50.0.0/16' });
      const attributes = { ...route.attributes, destination_cidr_block: '10.50.7.0/24', state: 'blackhole' };
      clouds.aws.put({ ...route, id: `${route.id}7`, attributes });
    },
    found: {
      code: 'LG_LIVE_ROUTE',
      verdict: 'risk',
      message: /^the routers cannot reach 10\.50\.7\.0\/24: the route of /,
    },
    proof: 'holds',
  },
  {
    name: 'the owner of a transit gateway has not accepted the attachment',
    change: (clouds) =>
      clouds.set(clouds.one('aws_ec2_transit_gateway_vpc_attachment'), { state: 'pendingAcceptance' }),
    found: { code: 'LG_LIVE_ROUTE', verdict: 'broken', message: /leads to tgw-\w+, which is pendingAcceptance$/ },
    proof: 'fails',
  },
  {
    name: 'an endpoint service was deleted',
    change: (clouds) => clouds.remove('aws_vpc_endpoint_service'),
    found: { code: 'LG_LIVE_SERVICE', verdict: 'broken', message: /^load balancer \S+ is in no endpoint service$/ },
    proof: 'fails',
  },
  {
    name: 'an endpoint service lost the tag',
    change: (clouds) => clouds.set(clouds.one('aws_vpc_endpoint_service'), { tags_all: {} }),
    found: {
      code: 'LG_LIVE_RULE_FOREIGN',
      verdict: 'risk',
      message: /leads to com\.amazonaws\.vpce\.\S+, which is not a service of ours$/,
    },
    proof: 'fails',
  },
  {
    name: 'an endpoint service fails',
    change: (clouds) => clouds.set(clouds.one('aws_vpc_endpoint_service'), { state: 'Failed' }),
    found: { code: 'LG_LIVE_SERVICE', verdict: 'broken', message: /^endpoint service s-\d is in the state Failed$/ },
    proof: 'fails',
  },
  {
    name: 'anybody may attach',
    change: (clouds) => clouds.set(clouds.one('aws_vpc_endpoint_service'), { allowed_principals: ['*'] }),
    found: { code: 'LG_LIVE_PRINCIPALS', verdict: 'risk', message: /allows others to attach too: \*$/ },
    proof: 'fails',
  },
  {
    name: 'an endpoint service accepts whoever comes',
    change: (clouds) => clouds.set(clouds.one('aws_vpc_endpoint_service'), { acceptance_required: false }),
    found: { code: 'LG_LIVE_PRINCIPALS', verdict: 'risk', message: /accepts every endpoint/ },
    proof: 'holds',
  },
  {
    name: 'an endpoint service leaves a zone out',
    change: (clouds) =>
      clouds.set(clouds.one('aws_vpc_endpoint_service'), { availability_zones: ['eu-west-1a', 'eu-west-1b'] }),
    found: { code: 'LG_LIVE_SERVICE', verdict: 'risk', message: /is not in eu-west-1c, where its load balancer is$/ },
    proof: 'holds',
  },
  {
    name: 'a load balancer is gone',
    change: (clouds) => clouds.remove('aws_lb'),
    found: { code: 'LG_LIVE_SERVICE', verdict: 'broken', message: /^there is no load balancer \S+$/ },
    proof: 'fails',
  },
  {
    name: 'a workspace has no NCC',
    change: ({ databricks }) => {
      delete databricks.workspace(workspace.analytics).network_connectivity_config_id;
    },
    found: { code: 'LG_LIVE_WORKSPACE', verdict: 'broken', message: /^workspace analytics is attached to no NCC$/ },
    proof: 'fails',
  },
  {
    name: 'a workspace has an NCC of somebody else',
    change: ({ databricks, caller }) => {
      const other = databricks.createNcc({ name: 'legacy', region: caller.region });
      databricks.bindWorkspace(workspace.analytics, other.network_connectivity_config_id);
    },
    found: {
      code: 'LG_LIVE_WORKSPACE',
      verdict: 'broken',
      message: /^workspace analytics is attached to NCC legacy, which is not of this plan$/,
    },
    proof: 'fails',
  },
  {
    name: 'a workspace that nobody planned is attached',
    change: ({ databricks, caller }) => {
      databricks.addWorkspace({ id: '42', name: 'shadow', region: caller.region });
      databricks.bindWorkspace(42, databricks.workspace(workspace.finance).network_connectivity_config_id ?? '');
    },
    found: {
      code: 'LG_LIVE_WORKSPACE',
      verdict: 'risk',
      message: /^workspace 42 \(shadow\) is attached to NCC n-\d and not in the plan/,
    },
    proof: 'fails',
  },
  {
    name: 'a workspace was deleted',
    change: ({ databricks }) => databricks.removeWorkspace(String(workspace.analytics)),
    found: {
      code: 'LG_LIVE_WORKSPACE',
      verdict: 'broken',
      message: /^there is no workspace 1234567890123456 \(analytics\)/,
    },
    proof: 'fails',
  },
  {
    name: 'an NCC was deleted',
    change: (clouds) => {
      const { network_connectivity_config_id: id } = clouds.rule('1');
      clouds.databricks.nccs.delete(id);
      for (const each of clouds.databricks.rulesOf(id)) clouds.databricks.rules.delete(each.rule_id);
    },
    found: { code: 'LG_LIVE_NCC', verdict: 'broken', message: /^there is no NCC \S+ in eu-west-1$/ },
    proof: 'fails',
  },
  {
    name: 'two rules list the same name',
    change: (clouds) => {
      const [first, second] = [...clouds.databricks.rules.values()].filter(
        (each) =>
          each.network_connectivity_config_id === clouds.rule('2').network_connectivity_config_id && each.domain_names,
      );
      if (first && second) second.domain_names = [...(second.domain_names ?? []), first.domain_names?.[0] ?? ''];
    },
    found: { code: 'LG_LIVE_RULE_NAMES', verdict: 'risk', message: /^rules \S+ and \S+ of NCC n-2 both list / },
    proof: 'fails',
  },
  {
    name: 'a rule lists a wildcard',
    change: (clouds) => {
      const rule = clouds.rule('1');
      rule.domain_names = [...(rule.domain_names ?? []), '*.acme.com'];
    },
    found: { code: 'LG_LIVE_RULE_NAMES', verdict: 'risk', message: /lists \*\.acme\.com, which is not a host name$/ },
    proof: 'holds',
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
