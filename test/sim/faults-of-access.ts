import { type Fault, workspace } from './faults.ts';

/** Listeners, routes, services and workspaces. */
export const accessFaults: readonly Fault[] = [
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
    name: 'a workspace that is not in the plan is attached',
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
