import { expect, test } from 'vitest';
import { liveState, rule } from '../../test/support/live-state.ts';
import type { GroupRuleState, RouteState } from '../aws/index.ts';
import { blackholes, inside, type PacketCheck, permits, routed } from './packet-paths.ts';
import type { AwsState } from './state.ts';

const { aws } = liveState;
const cidr = (text: string) => ({ is: 'cidr', cidr: text }) as const;
const peer = { cidrs: ['10.40.0.0/24', '10.40.1.0/24'], groups: ['sg-peer'] };

test.each<[string, readonly GroupRuleState[], Partial<Parameters<typeof permits>[2]>, PacketCheck['is']]>([
  ['no rule', [], {}, 'no'],
  [
    'a rule that names a group of the peer',
    [rule('ingress', 'sg', 443, { is: 'group', groupId: 'sg-peer' })],
    {},
    'yes',
  ],
  ['a rule that names another group', [rule('ingress', 'sg', 443, { is: 'group', groupId: 'sg-other' })], {}, 'no'],
  ['a rule of another group', [rule('ingress', 'sg-other', 443, cidr('10.0.0.0/8'))], {}, 'no'],
  ['the other direction', [rule('egress', 'sg', 443, cidr('10.0.0.0/8'))], {}, 'no'],
  ['a network around all of the peer', [rule('ingress', 'sg', 443, cidr('10.40.0.0/22'))], {}, 'yes'],
  [
    'a network for each part of the peer',
    [rule('ingress', 'sg', 443, cidr('10.40.0.0/24')), rule('ingress', 'sg', 443, cidr('10.40.1.0/24'))],
    {},
    'yes',
  ],
  ['a network around a part of the peer', [rule('ingress', 'sg', 443, cidr('10.40.0.0/24'))], {}, 'no'],
  [
    'a peer of which nothing is known',
    [rule('ingress', 'sg', 443, cidr('0.0.0.0/0'))],
    { peer: { cidrs: [], groups: [] } },
    'no',
  ],
  ['the next port', [rule('ingress', 'sg', 444, cidr('10.0.0.0/8'))], {}, 'no'],
  [
    'a range that ends with the port',
    [{ ...rule('ingress', 'sg', 443, cidr('10.0.0.0/8')), fromPort: 400 }],
    {},
    'yes',
  ],
  [
    'a range that begins with the port',
    [{ ...rule('ingress', 'sg', 443, cidr('10.0.0.0/8')), toPort: 500 }],
    {},
    'yes',
  ],
  ['all ports of TCP', [{ ...rule('ingress', 'sg', -1, cidr('10.0.0.0/8')) }], {}, 'yes'],
  ['UDP', [{ ...rule('ingress', 'sg', 443, cidr('10.0.0.0/8')), protocol: 'udp' }], {}, 'no'],
  ['all protocols', [{ ...rule('ingress', 'sg', -1, cidr('10.0.0.0/8')), protocol: '-1' }], {}, 'yes'],
  ['one of several groups', [rule('ingress', 'sg-2', 443, cidr('10.0.0.0/8'))], { groups: ['sg', 'sg-2'] }, 'yes'],
  ['a prefix list', [rule('ingress', 'sg', 443, { is: 'other', name: 'pl-1' })], {}, 'unknown'],
  [
    'a prefix list and a network that will do',
    [rule('ingress', 'sg', 443, { is: 'other', name: 'pl-1' }), rule('ingress', 'sg', 443, cidr('10.0.0.0/8'))],
    {},
    'yes',
  ],
  ['groups that were not read', [], { groups: undefined }, 'unknown'],
  [
    'a group, where those of the peer were not read',
    [rule('ingress', 'sg', 443, { is: 'group', groupId: 'sg-x' })],
    { peer: { cidrs: [], groups: undefined } },
    'unknown',
  ],
])('a security group with %s', (_, groupRules, more, want) => {
  const asked = { groups: ['sg'], port: 443, peer, ...more };
  expect(permits({ ...aws, groupRules }, 'ingress', asked).is).toBe(want);
});

test('rules that were not read admit and refuse nothing', () => {
  const { groupRules: _, ...unread } = aws;
  expect(permits(unread, 'ingress', { groups: ['sg'], port: 443, peer })).toEqual({ is: 'unknown' });
});

test('why a security group refuses names its groups and the port', () => {
  const asked = { groups: ['sg-a', 'sg-b'], port: 443, peer };
  const none = { ...aws, groupRules: [] };
  expect(permits(none, 'ingress', asked)).toEqual({
    is: 'no',
    why: 'no inbound rule of sg-a, sg-b admits TCP port 443',
  });
  expect(permits(none, 'egress', { ...asked, groups: [] })).toEqual({
    is: 'no',
    why: 'no outbound rule of its security groups admits TCP port 443',
  });
});

test.each<[string, string, boolean]>([
  ['10.40.0.0/24', '10.40.0.0/22', true],
  ['10.40.0.0/22', '10.40.0.0/22', true],
  ['10.40.0.0/21', '10.40.0.0/22', false],
  ['10.40.4.0/24', '10.40.0.0/22', false],
  ['10.39.255.0/24', '10.40.0.0/22', false],
  ['fd00::/64', '10.40.0.0/22', false],
  ['10.40.0.0/24', '', false],
])('%s in %s: %s', (inner, outer, want) => expect(inside(inner, outer)).toBe(want));

/** The state with routes in the table of the subnets. */
const withRoutes = (...routes: readonly RouteState[]): AwsState => ({
  ...aws,
  routeTables: (aws.routeTables ?? []).map((each) => (each.isMain ? each : { ...each, routes })),
});
const active = (to: string, destination: string): RouteState => ({ cidr: destination, to, state: 'active' });

test.each<[string, AwsState, string, PacketCheck]>([
  ['inside the VPC', withRoutes(), '10.40.1.0/24', { is: 'yes' }],
  ['out by a gateway', aws, '10.50.0.0/16', { is: 'yes' }],
  ['out by a peering', aws, '10.60.7.0/24', { is: 'yes' }],
  ['to the internet', aws, '0.0.0.0/0', { is: 'yes' }],
  [
    'nowhere',
    withRoutes(active('tgw-1', '10.50.0.0/16')),
    '10.51.0.0/16',
    { is: 'no', why: 'subnet subnet-a has no route to 10.51.0.0/16' },
  ],
  [
    'by a route for a part of it',
    withRoutes(active('tgw-1', '10.50.0.0/17')),
    '10.50.0.0/16',
    { is: 'no', why: 'subnet subnet-a has no route to 10.50.0.0/16' },
  ],
  [
    'by the longest of two routes',
    withRoutes(active('tgw-1', '10.0.0.0/8'), { cidr: '10.50.0.0/16', to: 'tgw-1', state: 'blackhole' }),
    '10.50.0.0/16',
    { is: 'no', why: 'the route of subnet subnet-a to 10.50.0.0/16 is a blackhole' },
  ],
  [
    'by the longest of two routes, the other way round',
    withRoutes({ cidr: '10.0.0.0/8', to: 'tgw-1', state: 'blackhole' }, active('tgw-1', '10.50.0.0/16')),
    '10.50.0.0/16',
    { is: 'yes' },
  ],
  [
    'a peering that waits',
    { ...aws, peerings: [{ id: 'pcx-1', state: 'pending-acceptance' }] },
    '10.60.0.0/16',
    { is: 'no', why: 'the route of subnet subnet-a to 10.60.0.0/16 leads to pcx-1, which is pending-acceptance' },
  ],
  [
    'an attachment that waits',
    { ...aws, attachments: [{ id: 'a', transitGatewayId: 'tgw-1', vpcId: 'vpc-1', state: 'pendingAcceptance' }] },
    '10.50.0.0/16',
    { is: 'no', why: 'the route of subnet subnet-a to 10.50.0.0/16 leads to tgw-1, which is pendingAcceptance' },
  ],
  [
    'an attachment in addition to a deleted one',
    {
      ...aws,
      attachments: [
        { id: 'a', transitGatewayId: 'tgw-1', vpcId: 'vpc-1', state: 'deleted' },
        { id: 'b', transitGatewayId: 'tgw-1', vpcId: 'vpc-1', state: 'available' },
      ],
    },
    '10.50.0.0/16',
    { is: 'yes' },
  ],
  [
    'an attachment of another VPC',
    { ...aws, attachments: [{ id: 'a', transitGatewayId: 'tgw-1', vpcId: 'vpc-2', state: 'failed' }] },
    '10.50.0.0/16',
    { is: 'yes' },
  ],
  [
    'a NAT gateway that failed',
    { ...aws, natGateways: [{ id: 'nat-1', state: 'failed' }] },
    '0.0.0.0/0',
    { is: 'no', why: 'the route of subnet subnet-a to 0.0.0.0/0 leads to nat-1, which is failed' },
  ],
  ['a peering that AWS does not list', { ...aws, peerings: [] }, '10.60.0.0/16', { is: 'yes' }],
  [
    'the table of the VPC',
    { ...aws, routeTables: (aws.routeTables ?? []).slice(0, 1) },
    '10.50.0.0/16',
    {
      is: 'no',
      why: 'subnet subnet-a has no route to 10.50.0.0/16',
    },
  ],
  ['a VPC whose tables were not read', { ...aws, routeTables: [] }, '10.50.0.0/16', { is: 'unknown' }],
])('a subnet leads %s', (_, state, to, want) => {
  expect(routed(state, 'subnet-a', to)).toEqual(want);
});

test.each(['subnets', 'vpcs', 'routeTables', 'attachments'] as const)('without %s no way is known', (name) => {
  const { [name]: _, ...state } = aws;
  expect(routed(state, 'subnet-a', '10.50.0.0/16')).toEqual({ is: 'unknown' });
});

test('a subnet that does not exist leads nowhere', () => {
  expect(routed(aws, 'subnet-x', '10.50.0.0/16')).toEqual({ is: 'no', why: 'subnet subnet-x does not exist' });
});

test('blackholes inside a network are found, the network’s own and others are not', () => {
  const state = withRoutes(
    active('tgw-1', '10.50.0.0/16'),
    ...['10.50.7.0/24', '10.50.0.0/16', '10.51.0.0/24'].map((each) => ({ cidr: each, to: 'x', state: 'blackhole' })),
    active('tgw-1', '10.50.8.0/24'),
    { to: 'vpce-s3', state: 'blackhole' },
  );
  expect(blackholes(state, 'subnet-a', '10.50.0.0/16')).toEqual(['10.50.7.0/24']);
  expect(blackholes(state, 'subnet-x', '10.50.0.0/16')).toEqual([]);
});
