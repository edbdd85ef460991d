import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { planOf } from '../../../../test/terraform/cases.ts';
import { testWith } from '../../../../test/tools.ts';
import { emitTerraform } from '../index.ts';

const spec = (signer: string): string => `
lakegate: 1
name: acme
aws: { region: eu-west-1, account: "111122223333" }
databricks: { account_id: 0d26daa6-5e44-4c97-a497-ef015f91254a }
workspaces: { one: { id: "1" } }
hub: { vpc: { create: { cidr: 10.40.0.0/22 } } }
networks: { core: { reach: transit-gateway, transit_gateway: tgw-0a1b2c3d4e5f60718, cidrs: [10.50.0.0/16] } }
targets: { api: { type: https, host: api.acme.com, network: core, tls: inspect } }
access: [{ from: ["*"], to: ["*"] }]
inspection: { ca: { ${signer} }, deliver: { volume: main.a.b, file: ca.pem } }
`;

function written(signer: string) {
  const { infra, routes } = planOf(spec(signer));
  const { files, diagnostics } = emitTerraform(infra, routes);
  return { text: (path: string) => files.find((file) => file.path === path)?.text ?? '', files, diagnostics };
}

test('without a signer nothing is written', () => {
  const { files, diagnostics } = written('');
  expect([files, diagnostics.map(({ code }) => code)]).toEqual([[], ['LG_INSPECTION_SIGNER']]);
});

test('the signer alone signs, the router alone reads the secret, and no value is in Terraform', () => {
  const { text, files } = written('signer: { github: acme/network }');
  const inspection = text('inspection.tf');
  expect(inspection).toContain('customer_master_key_spec = "ECC_NIST_P256"');
  expect(inspection).toContain('prevent_destroy = true');
  expect(inspection).toContain('"token.actions.githubusercontent.com:sub" = "repo:acme/network:ref:refs/heads/main"');
  // Who may sign: the two policies of the signer, and nothing else in any file.
  const signs = files.flatMap((file) =>
    (file.text.match(/"kms:(?:Sign|\*)"/g) ?? []).map((right) => `${file.path} ${right}`),
  );
  expect(signs).toEqual(['config-bucket.tf "kms:*"', 'inspection.tf "kms:Sign"', 'inspection.tf "kms:Sign"']);
  const readers = files.filter((file) => file.text.includes('secretsmanager:GetSecretValue')).map(({ path }) => path);
  expect(readers).toEqual(['inspection.tf', 'router.tf']);
  expect(files.map((file) => file.text).join()).not.toMatch(/secret_string|aws_secretsmanager_secret_version/);
  expect(text('router.tf')).toContain('aws_secretsmanager_secret.inspection_issuer.arn');
  expect(text('files/user-data.sh.tftpl')).toContain(
    `lakegate-issuer \${issuer_secret} /run/lakegate/issuer.json lakegate`,
  );
  expect(text('files/inspection-signer.yml')).toContain("inputs.command || 'sign --renew'");
});

test('another CI acts through its role', () => {
  const { text } = written('signer: { role: "arn:aws:iam::444455556666:role/ci" }');
  expect(text('inspection.tf')).toMatch(/AWS = "arn:aws:iam::444455556666:role\/ci"/);
  expect(text('inspection.tf')).not.toContain('githubusercontent');
  expect(text('files/inspection-signer')).toContain('role/acme-inspection-signer');
});

test('a hub without a way to the internet has the endpoint of Secrets Manager', () => {
  const { text } = written('signer: { github: acme/network }');
  expect(text('network.tf')).toContain('secretsmanager');
});

test('alarms come at 7 and 3 days', () => {
  const { text } = written('signer: { github: acme/network }');
  expect(text('alarms.tf').match(/issuer_days_left_\d+/g)).toEqual(['issuer_days_left_7', 'issuer_days_left_3']);
});

test('the workflow runs, by hand, all that needs the key of the root: nobody else may use it', () => {
  const { text } = written('signer: { github: acme/network }');
  const workflow = text('files/inspection-signer.yml');
  const options = /options:\n((?: +- .+\n)+)/.exec(workflow)?.[1] ?? '';
  expect([...options.matchAll(/- (.+)/g)].map(([, option]) => option)).toEqual([
    'sign --renew',
    'sign',
    'init',
    'rotate --phase publish',
    'init --reissue',
    'rotate --phase switch',
    'rotate --phase retire',
  ]);
  expect(workflow).toContain('default: alias/lakegate-acme-inspection-ca-1');
  expect(workflow).toContain('actions/upload-artifact');
  expect(workflow).toContain('LAKEGATE_FILE: lakegate.yaml');
  expect(parse(workflow)).toMatchObject({ on: { workflow_dispatch: { inputs: { command: { type: 'choice' } } } } });
  // A choice of who started it is never part of a script.
  const scripts = workflow.slice(workflow.indexOf('run: |'), workflow.indexOf('- if:'));
  expect(scripts).not.toContain('{{');
});

testWith('bash')('the script of the workflow gives the key to the commands that take one, and to no other', () => {
  const workflow = written('signer: { github: acme/network }').text('files/inspection-signer.yml');
  const script = workflow.slice(workflow.indexOf('run: |') + 'run: |'.length, workflow.indexOf('      - if:'));
  const run = (COMMAND: string): string =>
    spawnSync('bash', ['-euo', 'pipefail', '-c', `npx() { echo "$@"; }\n${script}`], {
      encoding: 'utf8',
      env: { ...process.env, COMMAND, KEY: 'alias/k-2' },
    }).stdout.trim();
  expect(run('init')).toBe('--no-install lakegate ca init --kms alias/k-2');
  expect(run('rotate --phase publish')).toBe('--no-install lakegate ca rotate --phase publish --kms alias/k-2');
  expect(run('init --reissue')).toBe('--no-install lakegate ca init --reissue');
  expect(run('sign --renew')).toBe('--no-install lakegate ca sign --renew');
});

test('the README has each step from the key to the notebook, with and without a volume', () => {
  const github = written('signer: { github: acme/network }').text('README.md');
  const section = github.slice(github.indexOf('## Inspection'), github.indexOf('## Change'));
  expect(section.match(/^[0-9]\. /gm)).toEqual(['1. ', '2. ', '3. ', '4. ', '5. ', '6. ']);
  expect(section).toContain('the volume `main.a.b`');
  expect(section).not.toMatch(/As that role/);
  const other = written('signer: { role: "arn:aws:iam::444455556666:role/ci" }').text('README.md');
  expect(other).toContain('inspection-signer init --kms alias/lakegate-acme-inspection-ca-1');
});

test('a machine serves the records of inspected requests on loopback, with a token in a folder of the router', () => {
  const script = written('signer: { github: acme/network }').text('files/user-data.sh.tftpl');
  expect(script).toContain('--flows 127.0.0.1:9902 --flows-token /run/lakegate-router/flows.token');
  expect(script).toMatch(/^RuntimeDirectory=lakegate-router\nRuntimeDirectoryMode=0700$/m);
});
