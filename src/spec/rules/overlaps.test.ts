import { expect, test } from 'vitest';
import { problemsOf, smallSpec } from '../../../test/small-spec.ts';

test.each<[string, Parameters<typeof smallSpec>[0], readonly string[]]>([
  [
    'two networks with one range',
    {
      networks:
        '{ core: { reach: transit-gateway, cidrs: [10.50.0.0/16] }, b: { reach: transit-gateway, cidrs: [10.50.0.0/16] } }',
    },
    [
      '10.50.0.0/16→ LG_CIDR_OVERLAP 10.50.0.0/16 of network b is also a range of network core | use different ranges for each network; if one contains the other, list only the remaining parts of the larger one',
    ],
  ],
  [
    'one network inside another',
    {
      networks:
        '{ core: { reach: transit-gateway, cidrs: [10.50.0.0/16] }, b: { reach: transit-gateway, cidrs: [10.50.8.0/24] } }',
    },
    [
      '10.50.8.0/24→ LG_CIDR_OVERLAP 10.50.8.0/24 of network b overlaps 10.50.0.0/16 of network core | use different ranges for each network; if one contains the other, list only the remaining parts of the larger one',
    ],
  ],
  [
    'a network that holds the hub',
    { networks: '{ core: { reach: transit-gateway, cidrs: [10.0.0.0/8] } }' },
    [
      '10.0.0.0/8] → LG_CIDR_OVERLAP 10.0.0.0/8 of network core overlaps 10.40.0.0/22 of the hub | use different ranges for each network; if one contains the other, list only the remaining parts of the larger one',
    ],
  ],
  [
    'the range of the hub again',
    { networks: '{ core: { reach: transit-gateway, cidrs: [10.40.0.0/22] } }' },
    [
      '10.40.0.0/22→ LG_CIDR_OVERLAP 10.40.0.0/22 of network core is also a range of the hub | use different ranges for each network; if one contains the other, list only the remaining parts of the larger one',
    ],
  ],
  [
    'one range twice in a list',
    { networks: '{ core: { reach: transit-gateway, cidrs: [10.50.0.0/16, 10.50.0.0/16] } }' },
    [
      '10.50.0.0/16→ LG_CIDR_OVERLAP 10.50.0.0/16 of network core is also a range of network core | list each range once',
    ],
  ],
  [
    'a range behind one that ended before',
    {
      networks:
        '{ core: { reach: transit-gateway, cidrs: [10.50.0.0/16] }, b: { reach: transit-gateway, cidrs: [10.48.0.0/16, 10.50.255.0/24, 10.51.0.0/16] } }',
    },
    [
      '10.50.255.0/→ LG_CIDR_OVERLAP 10.50.255.0/24 of network b overlaps 10.50.0.0/16 of network core | use different ranges for each network; if one contains the other, list only the remaining parts of the larger one',
    ],
  ],
  [
    'two small ranges in a large one',
    { networks: '{ core: { reach: transit-gateway, cidrs: [10.48.0.0/12, 10.50.0.0/16, 10.52.0.0/16] } }' },
    [
      '10.50.0.0/16→ LG_CIDR_OVERLAP 10.50.0.0/16 of network core overlaps 10.48.0.0/12 of network core | list each range once',
      '10.52.0.0/16→ LG_CIDR_OVERLAP 10.52.0.0/16 of network core overlaps 10.48.0.0/12 of network core | list each range once',
    ],
  ],
  [
    'neighbours: nothing',
    { networks: '{ core: { reach: transit-gateway, cidrs: [10.50.0.0/16, 10.51.0.0/16, 10.40.4.0/22] } }' },
    [],
  ],
  [
    'bits beyond the prefix',
    { networks: '{ core: { reach: transit-gateway, cidrs: [10.50.0.1/16] } }' },
    [
      '10.50.0.1/16→ LG_CIDR "10.50.0.1/16" is an address inside a network, with the length of the network | write the network, 10.50.0.0/16; or 10.50.0.1/32 for that address alone',
    ],
  ],
  [
    'an address',
    { networks: '{ core: { reach: transit-gateway, cidrs: [10.50.0.1] } }' },
    ['10.50.0.1] }→ LG_CIDR "10.50.0.1" is an address, not a network | for a single address write 10.50.0.1/32'],
  ],
  [
    'IPv6',
    { networks: '{ core: { reach: transit-gateway, cidrs: ["fd00::/8"] } }' },
    ['"fd00::/8"] → LG_CIDR "fd00::/8" is IPv6; lakegate supports IPv4 networks'],
  ],
  [
    'no range at all',
    { networks: '{ core: { reach: transit-gateway, cidrs: [10.50.0.0/40] } }' },
    ['10.50.0.0/40→ LG_CIDR "10.50.0.0/40" is not a network | write a network such as 10.50.0.0/16'],
  ],
  [
    'a hub that is too small',
    { hub: '{ vpc: { create: { cidr: 10.40.0.0/27 } } }' },
    [
      '10.40.0.0/27→ LG_CIDR_TOO_SMALL "10.40.0.0/27" has 32 addresses; subnets in three zones need at least 64 | use a /26 or larger',
    ],
  ],
  [
    'a hub that is too large',
    { hub: '{ vpc: { create: { cidr: 10.0.0.0/8 } } }' },
    ['10.0.0.0/8 }→ LG_CIDR "10.0.0.0/8" is larger than a VPC can be | the largest VPC is a /16'],
  ],
])('overlaps: %s', (_, parts, want) => {
  expect(problemsOf(smallSpec(parts))).toEqual(want);
});
