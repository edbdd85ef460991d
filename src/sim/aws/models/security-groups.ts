import { parseCidr } from '../../../ir/index.ts';
import { AwsError } from '../errors.ts';
import { type Model, referred } from '../model.ts';
import type { Attributes } from '../values.ts';
import { type AwsWorld, arnOf, number, type Thing, text } from '../world.ts';
import { vpcOf } from './network.ts';
import { usersOfSecurityGroup } from './use.ts';

const service = 'EC2';

export const groupOf = (world: AwsWorld, id: string): Thing =>
  referred(world, 'aws_security_group', id, 'InvalidGroup.NotFound', `The security group '${id}' does not exist`);

const group: Model = {
  type: 'aws_security_group',
  service,
  operations: { create: 'CreateSecurityGroup', update: 'AuthorizeSecurityGroupIngress', remove: 'DeleteSecurityGroup' },
  create({ world, caller, input }) {
    const vpc = vpcOf(world, text(input, 'vpc_id'));
    const name = text(input, 'name');
    if (!/^(?!sg-)[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/.test(name))
      throw new AwsError(
        'InvalidParameterValue',
        `Value (${name}) for parameter GroupName is invalid. Character sets beyond ASCII are not supported.`,
      );
    const same = world.all(
      'aws_security_group',
      ({ attributes }) => text(attributes, 'vpc_id') === vpc.id && text(attributes, 'name') === name,
    );
    if (same.length)
      throw new AwsError('InvalidGroup.Duplicate', `The security group '${name}' already exists for VPC '${vpc.id}'`);
    const id = world.ids.id('sg');
    return {
      id,
      computed: {
        arn: arnOf(caller, 'ec2', `security-group/${id}`),
        owner_id: caller.account,
        ingress: [],
        egress: [],
      },
    };
  },
  remove({ world, thing }) {
    if (usersOfSecurityGroup(world, thing.id).length)
      throw new AwsError('DependencyViolation', `resource ${thing.id} has a dependent object`);
    for (const type of ruleTypes)
      for (const rule of world.all(type, (each) => text(each.attributes, 'security_group_id') === thing.id))
        world.remove(rule);
  },
};

const ruleTypes = ['aws_vpc_security_group_ingress_rule', 'aws_vpc_security_group_egress_rule'] as const;

/** Where a rule's traffic comes from or goes to: exactly one of these. */
const peers = ['cidr_ipv4', 'cidr_ipv6', 'prefix_list_id', 'referenced_security_group_id'] as const;

const ruleKey = (rule: Attributes): string =>
  JSON.stringify([
    rule.security_group_id,
    rule.ip_protocol,
    rule.from_port ?? null,
    rule.to_port ?? null,
    ...peers.map((name) => text(rule, name)),
  ]);

function checkRule(world: AwsWorld, type: string, input: Attributes, except?: Thing): void {
  groupOf(world, text(input, 'security_group_id'));
  const given = peers.filter((name) => text(input, name) !== '');
  if (given.length !== 1)
    throw new AwsError('InvalidParameterValue', 'Exactly one source or destination must be specified for each rule');
  const cidr = text(input, 'cidr_ipv4');
  if (cidr && !parseCidr(cidr)) throw new AwsError('InvalidParameterValue', `CIDR block ${cidr} is malformed`);
  const other = text(input, 'referenced_security_group_id');
  if (other) groupOf(world, other);
  const protocol = text(input, 'ip_protocol');
  const from = number(input, 'from_port');
  const to = number(input, 'to_port');
  if (protocol === '-1' && (from !== undefined || to !== undefined))
    throw new AwsError('InvalidParameterValue', 'You may not define rules with a port range for protocol -1');
  if (protocol !== '-1' && (from === undefined || to === undefined || from > to))
    throw new AwsError(
      'InvalidParameterValue',
      `Invalid value for portRange. Must specify both from and to ports with ${protocol.toUpperCase()}.`,
    );
  const duplicate = world.all(type, (each) => each !== except && ruleKey(each.attributes) === ruleKey(input));
  if (duplicate.length)
    throw new AwsError(
      'InvalidPermission.Duplicate',
      `the specified rule "peer: ${cidr || other || text(input, 'prefix_list_id')}, ${protocol.toUpperCase()}, from port: ${from}, to port: ${to}, ALLOW" already exists`,
    );
}

const rule = (type: (typeof ruleTypes)[number], direction: 'Ingress' | 'Egress'): Model => ({
  type,
  service,
  operations: {
    create: `AuthorizeSecurityGroup${direction}`,
    update: 'ModifySecurityGroupRules',
    remove: `RevokeSecurityGroup${direction}`,
  },
  create({ world, caller, input }) {
    checkRule(world, type, input);
    const id = world.ids.id('sgr');
    return { id, computed: { arn: arnOf(caller, 'ec2', `security-group-rule/${id}`), security_group_rule_id: id } };
  },
  update({ world, thing, input }) {
    checkRule(world, type, input, thing);
    return {};
  },
});

export const securityGroupModels = [
  group,
  rule('aws_vpc_security_group_ingress_rule', 'Ingress'),
  rule('aws_vpc_security_group_egress_rule', 'Egress'),
];
