import { expect, test } from 'vitest';
import { planChange } from '../plan.ts';
import slice from '../schema/aws.json' with { type: 'json' };
import type { SchemaSlice } from '../schema.ts';
import { type Attributes, conform, unknown } from '../values.ts';
import { awsBehaviour } from './behaviour.ts';

const { resources } = slice as unknown as SchemaSlice;

/** What changing an object from one configuration to another replaces, and what of it becomes unknown. */
function change(
  type: string,
  before: Attributes,
  after: Attributes,
): { replaces: readonly string[]; unknown: readonly string[] } {
  const block = resources[type];
  if (!block) throw new Error(`no type ${type}`);
  const prior = conform(block, { id: 'id', ...before });
  // As Terraform does: the configuration, with the computed values of before where it says nothing.
  const config = conform(block, after);
  const computed = Object.entries(block.attributes).filter(
    ([name, each]) => each.is.endsWith('computed') && config[name] === null,
  );
  const proposed = { ...config, ...Object.fromEntries(computed.map(([name]) => [name, prior[name] ?? null])) };
  const planned = planChange(block, awsBehaviour[type] ?? {}, { prior, proposed, config });
  const names = Object.entries(planned.state ?? {}).filter(([, value]) => value === unknown);
  return { replaces: planned.requiresReplace, unknown: names.map(([name]) => name) };
}

const nlb = { name: 'hub', load_balancer_type: 'network', subnets: ['a', 'b'], security_groups: ['sg-1'] };
const bare = { ...nlb, security_groups: null };

test.each<[string, string, Attributes, Attributes, readonly string[]]>([
  ['another name', 'aws_lb', nlb, { ...nlb, name: 'new' }, ['name']],
  ['one more subnet', 'aws_lb', nlb, { ...nlb, subnets: ['a', 'b', 'c'] }, []],
  ['a subnet less', 'aws_lb', nlb, { ...nlb, subnets: ['a'] }, ['subnets']],
  ['another subnet', 'aws_lb', nlb, { ...nlb, subnets: ['a', 'c'] }, ['subnets']],
  ['the same subnets in another order', 'aws_lb', nlb, { ...nlb, subnets: ['b', 'a'] }, []],
  ['a first security group', 'aws_lb', { ...bare, security_groups: [] }, nlb, ['security_groups']],
  ['another security group', 'aws_lb', nlb, { ...nlb, security_groups: ['sg-2'] }, []],
  ['no security group any more', 'aws_lb', nlb, { ...nlb, security_groups: [] }, ['security_groups']],
  ['cross-zone', 'aws_lb', nlb, { ...nlb, enable_cross_zone_load_balancing: true }, []],
  [
    'another port of a target group',
    'aws_lb_target_group',
    { name: 'a', target_type: 'ip', port: 1 },
    { name: 'a', target_type: 'ip', port: 2 },
    ['port'],
  ],
  [
    'another load balancer of a service',
    'aws_vpc_endpoint_service',
    { acceptance_required: true, network_load_balancer_arns: ['x'] },
    { acceptance_required: true, network_load_balancer_arns: ['y'] },
    [],
  ],
  [
    'another principal',
    'aws_vpc_endpoint_service_allowed_principal',
    { principal_arn: 'x' },
    { principal_arn: 'y' },
    ['principal_arn'],
  ],
  [
    'another description of a group',
    'aws_security_group',
    { name: 'a', description: 'x' },
    { name: 'a', description: 'y' },
    ['description'],
  ],
  [
    'another port of a rule',
    'aws_vpc_security_group_egress_rule',
    { security_group_id: 'a', from_port: 1 },
    { security_group_id: 'a', from_port: 2 },
    [],
  ],
  [
    'other subnets of a cluster',
    'aws_msk_cluster',
    { cluster_name: 'a', broker_node_group_info: [{ client_subnets: ['x'] }] },
    { cluster_name: 'a', broker_node_group_info: [{ client_subnets: ['y'] }] },
    ['broker_node_group_info'],
  ],
  [
    'another instance type of a cluster',
    'aws_msk_cluster',
    { cluster_name: 'a', broker_node_group_info: [{ az_distribution: 'DEFAULT', instance_type: 'x' }] },
    { cluster_name: 'a', broker_node_group_info: [{ az_distribution: 'DEFAULT', instance_type: 'y' }] },
    [],
  ],
])('%s replaces what the provider replaces', (_, type, before, after, replaced) => {
  expect(change(type, before, after).replaces).toEqual(replaced);
});

test.each<[string, string, Attributes, Attributes, readonly string[]]>([
  [
    'a new version of a template',
    'aws_launch_template',
    { name: 'a', image_id: 'x', latest_version: 1, default_version: 1 },
    { name: 'a', image_id: 'y' },
    ['default_version', 'latest_version'],
  ],
  [
    'a new content of an object',
    'aws_s3_object',
    { bucket: 'b', key: 'k', content: 'x', etag: 'e', version_id: 'v' },
    { bucket: 'b', key: 'k', content: 'y' },
    ['etag', 'version_id'],
  ],
  [
    'another tag of an object',
    'aws_s3_object',
    { bucket: 'b', key: 'k', content: 'x', etag: 'e', version_id: 'v', tags: {} },
    { bucket: 'b', key: 'k', content: 'x', tags: { a: 'b' } },
    [],
  ],
])('%s is known after apply', (_, type, before, after, names) => {
  expect([...change(type, before, after).unknown].sort()).toEqual(names);
});
