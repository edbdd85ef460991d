import { expect, test } from 'vitest';
import { infra, routes } from '../../../../test/plans/small-hub.ts';
import type { NetworkPath, Port } from '../../../ir/index.ts';
import { emitTerraform } from '../index.ts';
import { toHcl } from '../language/hcl.ts';
import { sectionFiles } from './root.ts';

const backend = { bucket: 'acme-state', key: 'lakegate/acme/terraform.tfstate', lock: 'native' } as const;
const variable = { kind: 'variable', labels: ['a'], body: {} } as const;

const textOf = (root: Parameters<typeof sectionFiles>[0]): Record<string, string> =>
  Object.fromEntries(sectionFiles(root, 'eu-west-1').map(({ name, sections }) => [name, toHcl(sections)]));

test('a root opens with the terraform block of its providers and its state', () => {
  const { versions = '' } = textOf({ folder: '', providers: ['aws', 'databricks'], sections: [], state: backend });
  expect(versions).toMatch(/^terraform \{/);
  expect(versions).toContain('hashicorp/aws');
  expect(versions).toContain('databricks/databricks');
  expect(versions).toMatch(/backend "s3" \{\n +bucket += "acme-state"\n +key += "lakegate\/acme\/terraform.tfstate"/);
  expect(textOf({ folder: '', providers: ['aws'], sections: [] }).versions).not.toMatch(/databricks|backend/);
});

test('what a root adds to versions comes after the terraform block, and a file without sections is not written', () => {
  const files = textOf({
    folder: '',
    providers: ['aws'],
    sections: [
      { name: 'variables', sections: [] },
      { name: 'versions', sections: [variable] },
      { name: 'main', sections: [variable] },
    ],
  });
  expect(Object.keys(files)).toEqual(['versions', 'main']);
  expect(files.versions).toMatch(/^terraform \{[\s\S]*\nvariable "a" \{/);
});

test('a quota that a root of its own exceeds is said with its folder', () => {
  const crm: NetworkPath = {
    name: 'crm',
    reach: 'transit-gateway',
    transitGateway: 'tgw-0123456789abcdef0',
    account: '444455556666',
    vpc: 'vpc-0123456789abcdef0',
    cidrs: [],
    dns: [],
    domains: [],
    spokeSide: 'separate-folder',
    ports: Array.from({ length: 61 }, (_, at) => (5000 + at) as Port),
  };
  const { files, diagnostics } = emitTerraform({ ...infra, networks: [...infra.networks, crm], nccs: [] }, routes);
  expect(files.map(({ path }) => path).filter((path) => path.startsWith('spokes/'))).toEqual([
    'spokes/crm/README.md',
    'spokes/crm/main.tf',
    'spokes/crm/variables.tf',
    'spokes/crm/versions.tf',
  ]);
  expect(diagnostics.map(({ message }) => message)).toEqual([
    'spokes/crm: 61 inbound rules in aws_security_group.from_hub; AWS allows 60 rules per security group and direction',
  ]);
});
