import { connectEndpoint, updateThing } from '../../src/sim/aws/index.ts';
import { setTargetHealth } from '../../src/sim/aws/models/targets.ts';
import type { Fault } from './faults.ts';

/** Rules, endpoints, the routers' configuration and the fleet. */
export const fleetFaults: readonly Fault[] = [
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
      message: /^the routers accept nothing from .*: no inbound rule of sg-0aaaaaaaaaaaaaaaa admits TCP port/,
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
];
