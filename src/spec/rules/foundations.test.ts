import { expect, test } from 'vitest';
import { problemsOf, smallSpec } from '../../../test/small-spec.ts';

test.each<[string, Parameters<typeof smallSpec>[0], readonly string[]]>([
  [
    'roles and groups of what is not there',
    {
      workspaces:
        '{ one: { create: { network: { cidr: 10.30.0.0/16 }, storage: { root: acme-root, data: [raw, prepared] }, roles: { data: { reader: { read: [raw, prepard], write: [x] } } }, groups: { people: { role: redaer } } } } }',
    },
    [
      'prepard], wr→ LG_REFERENCE_UNKNOWN there is no data bucket "prepard" | did you mean prepared?',
      'x] } } }, gr→ LG_REFERENCE_UNKNOWN there is no data bucket "x" | use raw or prepared',
      'redaer } } }→ LG_REFERENCE_UNKNOWN there is no data role "redaer" | did you mean reader?',
    ],
  ],
  [
    'roles and groups of what is there: nothing',
    {
      workspaces:
        '{ one: { create: { network: { cidr: 10.30.0.0/16 }, storage: { root: acme-root, data: [raw] }, roles: { data: { reader: { read: [raw] } } }, groups: { people: { role: reader } } } } }',
    },
    [],
  ],
  [
    'more workers at least than at most',
    {
      workspaces:
        '{ one: { create: { network: { cidr: 10.30.0.0/16 }, storage: { root: acme-root }, cluster: { node: i3.xlarge, workers: { min: 3, max: 2 } } } } }',
    },
    ['3, max: 2 } → LG_FIELD_CONFLICT workers.min (3) is larger than workers.max (2) | lower min, or raise max'],
  ],
  [
    'fields that do not exist',
    {
      workspaces:
        '{ one: { create: { network: { cidr: 10.30.0.0/16, nats: one }, storage: { root: acme-root, log: [access] }, keys: { storage: mine } } } }',
    },
    [
      'nats: one },→ LG_FIELD_UNKNOWN workspaces.one.create.network has no field "nats" | did you mean nat?',
      'log: [access→ LG_FIELD_UNKNOWN workspaces.one.create.storage has no field "log" | did you mean logs?',
      'mine } } } }→ LG_FIELD_VALUE workspaces.one.create.keys.storage is "mine"; it must be create',
    ],
  ],
  [
    'both existing and to be created',
    { workspaces: '{ one: { id: "1", create: { network: { cidr: 10.30.0.0/16 }, storage: { root: acme-root } } } }' },
    ['create: { ne→ LG_FIELD_CONFLICT the workspace one has both id (existing) and create | keep one of them'],
  ],
  [
    'a network that is too small',
    { workspaces: '{ one: { create: { network: { cidr: 10.30.0.0/26 }, storage: { root: acme-root } } } }' },
    [
      '10.30.0.0/26→ LG_CIDR_TOO_SMALL "10.30.0.0/26" has 64 addresses; a workspace needs at least 256 | use a /24 or larger',
    ],
  ],
])('foundations: %s', (_, parts, want) => {
  expect(problemsOf(smallSpec(parts))).toEqual(want);
});
