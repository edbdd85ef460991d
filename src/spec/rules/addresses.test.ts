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
      '10.60.0.1 } → LG_ADDRESS_OUTSIDE 10.60.0.1 is not in the network core (10.50.0.0/16) | correct the address, or add its range to the network’s cidrs',
    ],
  ],
  [
    'one of a list outside',
    { targets: '{ x: { type: https, host: a.acme.com, network: core, address: [10.50.0.1, 10.60.0.1] } }' },
    [
      '10.60.0.1] }→ LG_ADDRESS_OUTSIDE 10.60.0.1 is not in the network core (10.50.0.0/16) | correct the address, or add its range to the network’s cidrs',
    ],
  ],
  [
    'outside the hub',
    { targets: '{ x: { type: https, host: a.acme.com, network: hub, address: 10.50.0.1 } }' },
    [
      '10.50.0.1 } → LG_ADDRESS_OUTSIDE 10.50.0.1 is not in the network hub (10.40.0.0/22) | correct the address, or add its range to the network’s cidrs',
    ],
  ],
  [
    'the metadata service',
    { targets: '{ x: { type: https, host: a.acme.com, network: public, address: 169.254.169.254 } }' },
    [
      '169.254.169.→ LG_ADDRESS_OUTSIDE 169.254.169.254 is loopback, link-local or multicast; the router never connects there | give the address of the target',
    ],
  ],
  [
    'loopback',
    { targets: '{ x: { type: https, host: a.acme.com, network: core, address: 127.0.0.1 } }' },
    [
      '127.0.0.1 } → LG_ADDRESS_OUTSIDE 127.0.0.1 is loopback, link-local or multicast; the router never connects there | give the address of the target',
    ],
  ],
  [
    'private on the internet',
    { targets: '{ x: { type: https, host: a.acme.com, network: public, address: 10.1.1.1 } }' },
    [
      '10.1.1.1 } }→ LG_ADDRESS_OUTSIDE 10.1.1.1 is a private address, and the network public is the internet | use the network that the address is in',
    ],
  ],
  [
    'a name',
    { targets: '{ x: { type: https, host: a.acme.com, network: core, address: b.acme.com } }' },
    [
      'b.acme.com }→ LG_ADDRESS "b.acme.com" is not an IPv4 address | names are resolved from host:; address: is for fixed addresses',
    ],
  ],
  [
    'IPv6',
    { targets: '{ x: { type: https, host: a.acme.com, network: core, address: "fd00::1" } }' },
    ['"fd00::1" } → LG_ADDRESS "fd00::1" is IPv6; lakegate plans IPv4'],
  ],
  [
    'neither text nor a list',
    { targets: '{ x: { type: https, host: a.acme.com, network: core, address: 10 } }' },
    [
      '10 } }→ LG_FIELD_TYPE targets.x.address is the number 10; it must be text | write it in quotes, so that no digit is lost: address: "10"',
    ],
  ],
  [
    'an empty list',
    { targets: '{ x: { type: https, host: a.acme.com, network: core, address: [] } }' },
    ['address: [] → LG_FIELD_VALUE targets.x.address is an empty list | list at least one, or remove the line'],
  ],
])('addresses: %s', (_, parts, want) => {
  expect(problemsOf(smallSpec(parts))).toEqual(want);
});
