import { expect, test } from 'vitest';
import { problemsOf, smallSpec } from '../../../test/small-spec.ts';

test.each<[string, Parameters<typeof smallSpec>[0], readonly string[]]>([
  [
    'inside the network, and public on the internet: nothing',
    {
      targets:
        '{ a: { type: https, host: a.acme.com, network: core, address: 10.50.0.1 }, b: { type: https, host: b.acme.com, network: public, address: 140.82.121.6 } }',
    },
    [],
  ],
  [
    'outside the network',
    { targets: '{ x: { type: https, host: a.acme.com, network: core, address: 10.60.0.1 } }' },
    [
      '10.60.0.1 } → LG_ADDRESS_OUTSIDE 10.60.0.1 is not in the network core (10.50.0.0/16) | correct the address, or add its range to cidrs of the network',
    ],
  ],
  [
    'one of a list outside',
    { targets: '{ x: { type: https, host: a.acme.com, network: core, address: [10.50.0.1, 10.60.0.1] } }' },
    [
      '10.60.0.1] }→ LG_ADDRESS_OUTSIDE 10.60.0.1 is not in the network core (10.50.0.0/16) | correct the address, or add its range to cidrs of the network',
    ],
  ],
  [
    'outside the hub',
    { targets: '{ x: { type: https, host: a.acme.com, network: hub, address: 10.50.0.1 } }' },
    [
      '10.50.0.1 } → LG_ADDRESS_OUTSIDE 10.50.0.1 is not in the network hub (10.40.0.0/22) | correct the address, or add its range to cidrs of the network',
    ],
  ],
  [
    'the metadata service',
    { targets: '{ x: { type: https, host: a.acme.com, network: public, address: 169.254.169.254 } }' },
    [
      '169.254.169.→ LG_ADDRESS_OUTSIDE 169.254.169.254 is a loopback, link-local or multicast address; the router never connects to it | write the address of the target',
    ],
  ],
  [
    'loopback',
    { targets: '{ x: { type: https, host: a.acme.com, network: core, address: 127.0.0.1 } }' },
    [
      '127.0.0.1 } → LG_ADDRESS_OUTSIDE 127.0.0.1 is a loopback, link-local or multicast address; the router never connects to it | write the address of the target',
    ],
  ],
  [
    'private on the internet',
    { targets: '{ x: { type: https, host: a.acme.com, network: public, address: 10.1.1.1 } }' },
    [
      '10.1.1.1 } }→ LG_ADDRESS_OUTSIDE 10.1.1.1 is a private address, but the network public is the internet | use the network of the address',
    ],
  ],
  [
    'a name',
    { targets: '{ x: { type: https, host: a.acme.com, network: core, address: b.acme.com } }' },
    [
      'b.acme.com }→ LG_ADDRESS "b.acme.com" is not an IPv4 address | write names under host; address is for fixed addresses',
    ],
  ],
  [
    'IPv6',
    { targets: '{ x: { type: https, host: a.acme.com, network: core, address: "fd00::1" } }' },
    ['"fd00::1" } → LG_ADDRESS "fd00::1" is IPv6; lakegate supports IPv4'],
  ],
  [
    'neither text nor a list',
    { targets: '{ x: { type: https, host: a.acme.com, network: core, address: 10 } }' },
    [
      '10 } }→ LG_FIELD_TYPE targets.x.address is the number 10; it must be text | write it in quotes, to keep every digit: address: "10"',
    ],
  ],
  [
    'an empty list',
    { targets: '{ x: { type: https, host: a.acme.com, network: core, address: [] } }' },
    ['address: [] → LG_FIELD_VALUE targets.x.address is an empty list | write at least one entry, or remove the line'],
  ],
])('addresses: %s', (_, parts, want) => {
  expect(problemsOf(smallSpec(parts))).toEqual(want);
});
