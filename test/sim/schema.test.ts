import { expect, test } from 'vitest';
import { dataSourceTypes, resourceTypes } from '../../src/emit/terraform/resource-types.ts';
import { models } from '../../src/sim/aws/index.ts';
import { awsBehaviour } from '../../src/sim/terraform/aws/behaviour.ts';
import { resources as databricksResources } from '../../src/sim/terraform/databricks/resources.ts';
import awsSlice from '../../src/sim/terraform/schema/aws.json' with { type: 'json' };
import databricksSlice from '../../src/sim/terraform/schema/databricks.json' with { type: 'json' };
import type { SchemaBlock, SchemaSlice } from '../../src/sim/terraform/schema.ts';

const aws = awsSlice as unknown as SchemaSlice;
const databricks = databricksSlice as unknown as SchemaSlice;

test('everything that the Terraform writer may emit is in the schema', () => {
  const known = [aws, databricks].flatMap((slice) => Object.keys(slice.resources));
  expect(resourceTypes.filter((type) => !known.includes(type))).toEqual([]);
  const data = [aws, databricks].flatMap((slice) => Object.keys(slice.data));
  expect(dataSourceTypes.filter((type) => !data.includes(type))).toEqual([]);
});

test('every type in the schema has rules behind it, and every rule a type', () => {
  expect(Object.keys(models).sort()).toEqual(Object.keys(aws.resources).sort());
  expect(Object.keys(databricksResources).sort()).toEqual(Object.keys(databricks.resources).sort());
});

const names = (block: SchemaBlock | undefined): readonly string[] => [
  ...Object.keys(block?.attributes ?? {}),
  ...Object.keys(block?.blocks ?? {}),
];

test('what is said of a type beyond its schema names attributes that the schema has', () => {
  const wrong = Object.entries(awsBehaviour).flatMap(([type, behaviour]) => {
    const block = aws.resources[type];
    const told = [
      ...(behaviour.forceNew ?? []),
      ...Object.keys(behaviour.defaults ?? {}),
      ...(behaviour.recomputes ?? []).flatMap((each) => [...each.become, ...(each.when ?? [])]),
    ];
    const nested = Object.entries(behaviour.nestedDefaults ?? {}).flatMap(([path, defaults]) => {
      const inner = path.split('.').reduce<SchemaBlock | undefined>((at, step) => at?.blocks?.[step]?.block, block);
      return Object.keys(defaults)
        .filter((name) => !names(inner).includes(name))
        .map((name) => `${path}.${name}`);
    });
    return [...told.filter((name) => !names(block).includes(name)), ...nested].map((name) => `${type}.${name}`);
  });
  expect(wrong).toEqual([]);
});

test('the schema says what the providers say: single blocks, required, computed and sensitive attributes', () => {
  const balancer = aws.resources.aws_lb;
  expect(balancer?.blocks?.access_logs).toMatchObject({ nesting: 'list', max: 1 });
  expect(balancer?.blocks?.subnet_mapping).not.toHaveProperty('max');
  expect(balancer?.attributes.subnets).toEqual({ type: ['set', 'string'], is: 'optional+computed' });
  expect(aws.resources.aws_lb_listener?.blocks?.default_action).toMatchObject({ min: 1 });
  expect(aws.resources.aws_lb_listener?.attributes.load_balancer_arn).toMatchObject({ is: 'required' });
  expect(aws.resources.aws_msk_cluster?.attributes.bootstrap_brokers_sasl_iam).toMatchObject({ is: 'computed' });
  expect(aws.data.aws_ssm_parameter?.attributes.value).toMatchObject({ sensitive: true });
  expect(databricks.resources.databricks_account_network_policy?.attributes.egress).toMatchObject({
    nesting: 'single',
  });
});
