import { expect, test } from 'vitest';
import { problemsOf, smallSpec } from '../../../test/small-spec.ts';

test.each<[string, Parameters<typeof smallSpec>[0], readonly string[]]>([
  [
    'no ranges',
    { networks: '{ core: { reach: transit-gateway, cidrs: [10.50.0.0/16] }, b: { reach: transit-gateway } }' },
    [
      'b: { reach: → LG_FIELD_MISSING the network b is reached through a transit gateway; it needs cidrs | write the address ranges of its targets, such as cidrs: [10.50.0.0/16]',
    ],
  ],
  [
    'peering without a VPC',
    {
      networks:
        '{ core: { reach: transit-gateway, cidrs: [10.50.0.0/16] }, b: { reach: peering, cidrs: [10.60.0.0/16] } }',
    },
    [
      'b: { reach: → LG_FIELD_MISSING the network b is reached through VPC peering; it needs vpc | write the VPC to peer with: vpc: vpc-…',
    ],
  ],
  [
    'a Transit Gateway for a peering',
    {
      networks:
        '{ core: { reach: transit-gateway, cidrs: [10.50.0.0/16] }, b: { reach: peering, vpc: vpc-0123456789abcdef0, cidrs: [10.60.0.0/16], transit_gateway: tgw-0a1b2c3d4e5f60718 } }',
    },
    [
      'transit_gate→ LG_FIELD_NOT_HERE the network b is reached through VPC peering; the field transit_gateway does not apply | fields with reach: peering: account, vpc, cidrs, dns, assume_role',
    ],
  ],
  [
    'ranges of the internet',
    {
      networks:
        '{ core: { reach: transit-gateway, cidrs: [10.50.0.0/16] }, b: { reach: internet, cidrs: [8.8.8.0/24] } }',
    },
    ['cidrs: [8.8.→ LG_FIELD_NOT_HERE the network b is the internet; the field cidrs does not apply | remove cidrs'],
  ],
  [
    'the hub twice',
    { networks: '{ core: { reach: transit-gateway, cidrs: [10.50.0.0/16] }, b: { reach: hub }, c: { reach: hub } }' },
    ['hub } }→ LG_FIELD_CONFLICT the network c is the hub VPC, and so is b | keep one network with reach: hub'],
  ],
  [
    'hub ranges outside the hub',
    {
      networks: '{ core: { reach: transit-gateway, cidrs: [10.50.0.0/16] }, b: { reach: hub, cidrs: [10.60.0.0/16] } }',
    },
    [
      '10.60.0.0/16→ LG_ADDRESS_OUTSIDE 10.60.0.0/16 is not inside the hub VPC, 10.40.0.0/22 | remove cidrs: the default is the range of the hub VPC',
    ],
  ],
  [
    'hub ranges inside the hub: nothing',
    {
      networks: '{ core: { reach: transit-gateway, cidrs: [10.50.0.0/16] }, b: { reach: hub, cidrs: [10.40.1.0/24] } }',
    },
    [],
  ],
  [
    'a role of the network’s account: nothing',
    {
      networks:
        '{ core: { reach: transit-gateway, cidrs: [10.50.0.0/16] }, b: { reach: peering, account: "444455556666", vpc: vpc-0123456789abcdef0, cidrs: [10.60.0.0/16], assume_role: "arn:aws:iam::444455556666:role/x" } }',
    },
    [],
  ],
  [
    'a role of another account',
    {
      networks:
        '{ core: { reach: transit-gateway, cidrs: [10.50.0.0/16] }, b: { reach: peering, account: "444455556666", vpc: vpc-0123456789abcdef0, cidrs: [10.60.0.0/16], assume_role: "arn:aws:iam::777788889999:role/x" } }',
    },
    [
      '"arn:aws:iam→ LG_ARN_ELSEWHERE "arn:aws:iam::777788889999:role/x" is in account 777788889999; the network b is in 444455556666 | use a role in the account of the network',
    ],
  ],
  [
    'a role of another partition',
    {
      networks:
        '{ core: { reach: transit-gateway, cidrs: [10.50.0.0/16] }, b: { reach: peering, vpc: vpc-0123456789abcdef0, cidrs: [10.60.0.0/16], assume_role: "arn:aws-us-gov:iam::111122223333:role/x" } }',
    },
    [
      '"arn:aws-us-→ LG_ARN_ELSEWHERE "arn:aws-us-gov:iam::111122223333:role/x" is in the partition aws-us-gov; eu-west-1 is in aws | ARNs there start with arn:aws:',
    ],
  ],
  [
    'a role without the account',
    {
      networks:
        '{ core: { reach: transit-gateway, cidrs: [10.50.0.0/16] }, b: { reach: peering, vpc: vpc-0123456789abcdef0, cidrs: [10.60.0.0/16], assume_role: "arn:aws:iam::777788889999:role/x" } }',
    },
    [
      '"arn:aws:iam→ LG_ARN_ELSEWHERE "arn:aws:iam::777788889999:role/x" is in account 777788889999; the network b is in 111122223333 | add account: "777788889999" to the network',
    ],
  ],
  [
    'a reach that does not exist',
    {
      networks: '{ core: { reach: transit-gateway, cidrs: [10.50.0.0/16] }, b: { reach: tgw, cidrs: [10.60.0.0/16] } }',
    },
    ['tgw, cidrs: → LG_FIELD_VALUE networks.b.reach is "tgw"; it must be hub, transit-gateway, peering or internet'],
  ],
  [
    'a VPC id that is none',
    {
      networks:
        '{ core: { reach: transit-gateway, cidrs: [10.50.0.0/16] }, b: { reach: peering, vpc: prod, cidrs: [10.60.0.0/16] } }',
    },
    [
      'prod, cidrs:→ LG_FIELD_VALUE "prod" is not a VPC id (vpc- and hexadecimal digits) | such as "vpc-0123456789abcdef0"',
    ],
  ],
])('networks: %s', (_, parts, want) => {
  expect(problemsOf(smallSpec(parts))).toEqual(want);
});
