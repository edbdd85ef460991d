import { expect, test } from 'vitest';
import { problemsOf, smallSpec } from '../../../test/small-spec.ts';

test.each<[string, Parameters<typeof smallSpec>[0], readonly string[]]>([
  [
    'GovCloud with a commercial account',
    { aws: '{ region: us-gov-west-1, account: "111122223333" }' },
    [
      'us-gov-west-→ LG_REGION_PARTITION us-gov-west-1 is a GovCloud region, but databricks.partition is commercial | set databricks.partition to govcloud (civilian) or govcloud-dod',
    ],
  ],
  [
    'a commercial region with GovCloud',
    { databricks: '{ account_id: 0d26daa6-5e44-4c97-a497-ef015f91254a, partition: govcloud }' },
    [
      'govcloud }→ LG_REGION_PARTITION the partition govcloud has no region eu-west-1 | GovCloud regions start with us-gov-; remove partition for other regions',
    ],
  ],
  [
    'China',
    { aws: '{ region: cn-north-1, account: "111122223333" }' },
    [
      'cn-north-1, → LG_REGION_PARTITION cn-north-1 is in AWS China, which the supported Databricks partitions do not have | use a region of the commercial or GovCloud partition',
    ],
  ],
  [
    'no region',
    { aws: '{ region: Frankfurt, account: "111122223333" }' },
    ['Frankfurt, a→ LG_FIELD_VALUE "Frankfurt" is not an AWS region | such as "eu-west-1"'],
  ],
  [
    'an account that is too short',
    { aws: '{ region: eu-west-1, account: "1111" }' },
    ['"1111" }→ LG_FIELD_VALUE "1111" is not an AWS account id: 12 digits, in quotes | such as "111122223333"'],
  ],
  [
    'a hub VPC that is both',
    { hub: '{ vpc: { create: { cidr: 10.40.0.0/22 }, id: vpc-0123456789abcdef0 } }' },
    [
      'create: { ci→ LG_FIELD_CONFLICT hub.vpc has both create and an existing VPC | keep create, or keep id and subnets',
    ],
  ],
  [
    'a hub VPC that is neither',
    { hub: '{ vpc: {} }' },
    [
      'vpc: {} }→ LG_FIELD_MISSING hub.vpc has neither create nor an existing VPC | write vpc: { create: { cidr: 10.40.0.0/22 } }, or vpc: { id: vpc-…, subnets: [subnet-…] }',
    ],
  ],
  [
    'a hub VPC without subnets',
    { hub: '{ vpc: { id: vpc-0123456789abcdef0 } }' },
    [
      'vpc: { id: v→ LG_FIELD_MISSING an existing hub VPC needs both id and subnets | subnets: private subnets, one per zone',
    ],
  ],
  [
    'a subnet listed twice',
    { hub: '{ vpc: { id: vpc-0123456789abcdef0, subnets: [subnet-0aaaaaaaaaaaaaaa1, subnet-0aaaaaaaaaaaaaaa1] } }' },
    ['subnet-0aaaa→ LG_LISTED_TWICE subnet-0aaaaaaaaaaaaaaa1 is listed twice | list one subnet per zone'],
  ],
  [
    'more routers at least than at most',
    { hub: '{ vpc: { create: { cidr: 10.40.0.0/22 } }, router: { min: 7 } }' },
    ['7 } }→ LG_FIELD_CONFLICT hub.router.min (7) is larger than hub.router.max (6) | lower min, or raise max'],
  ],
  [
    'two workspaces with one id',
    { workspaces: '{ one: { id: "1" }, two: { id: "1" } }' },
    ['"1" } }→ LG_WORKSPACE_TWICE the workspace one has the same id "1" | list each workspace once'],
  ],
  [
    'two workspaces to be created: nothing',
    {
      workspaces:
        '{ one: { create: { network: { cidr: 10.30.0.0/16 }, storage: { root: acme-one } } }, two: { create: { network: { cidr: 10.31.0.0/16 }, storage: { root: acme-two } } } }',
    },
    [],
  ],
  [
    'GovCloud: nothing',
    {
      aws: '{ region: us-gov-west-1, account: "111122223333" }',
      databricks: '{ account_id: 0d26daa6-5e44-4c97-a497-ef015f91254a, partition: govcloud }',
    },
    [],
  ],
  [
    'a workspace without id',
    { workspaces: '{ one: {} }' },
    [
      'one: {} }→ LG_FIELD_MISSING the workspace one has no id | write the number after o= in the workspace URL, in quotes: id: "…"',
    ],
  ],
  [
    'no workspace',
    { workspaces: '{}', access: undefined, targets: undefined },
    [
      'workspaces: → LG_FIELD_MISSING the spec has no workspace | write workspaces: { analytics: { id: "1234567890123456" } }',
    ],
  ],
])('clouds: %s', (_, parts, want) => {
  expect(problemsOf(smallSpec(parts))).toEqual(want);
});
