import type { InfraPlan } from '../../../ir/index.ts';
import type { OutputFile } from '../output-file.ts';

/** What runs `lakegate ca sign --renew`: a workflow for GitHub, or a script for another CI. */
export function signerFiles(infra: InfraPlan, marker: string): readonly OutputFile[] {
  const { inspection } = infra;
  const { signer } = inspection ?? {};
  if (!signer) return [];
  const role = `arn:${infra.aws.partition}:iam::${infra.aws.account}:role/${signer.roleName}`;
  const to = { role, region: infra.aws.region, marker };
  switch (signer.trusts.by) {
    case 'github':
      return [{ path: 'files/inspection-signer.yml', text: workflow(to) }];
    case 'role':
      return [{ path: 'files/inspection-signer', text: script(to) }];
    default:
      return signer.trusts satisfies never;
  }
}

interface To {
  readonly role: string;
  readonly region: string;
  readonly marker: string;
}

const workflow = ({ role, region, marker }: To): string =>
  [
    `# ${marker}`,
    '# Copy it to .github/workflows/ of the repository with the spec. It renews the intermediate CA of the routers.',
    '# The account needs the identity provider token.actions.githubusercontent.com; lakegate is in the package.json.',
    'name: inspection-signer',
    'on:',
    '  schedule:',
    "    - cron: '17 */6 * * *'",
    '  workflow_dispatch: {}',
    'permissions:',
    '  contents: read',
    '  id-token: write',
    'concurrency: inspection-signer',
    'jobs:',
    '  sign:',
    '    runs-on: ubuntu-latest',
    '    timeout-minutes: 10',
    '    steps:',
    '      - uses: actions/checkout@v4',
    '      - run: npm ci --ignore-scripts',
    '      - uses: aws-actions/configure-aws-credentials@v4',
    '        with:',
    `          role-to-assume: ${role}`,
    `          aws-region: ${region}`,
    '      - run: npx --no-install lakegate ca sign --renew',
    '',
  ].join('\n');

const script = ({ role, region, marker }: To): string =>
  [
    '#!/bin/bash',
    `# ${marker}`,
    '# Run it every six hours in the folder of the spec, as the role that the spec names under inspection.ca.signer.',
    '# It renews the intermediate CA of the routers where 7 days or less are left.',
    'set -euo pipefail',
    `export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    'credentials=$(aws sts assume-role --role-session-name inspection-signer \\',
    `  --role-arn ${role} \\`,
    "  --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)",
    'read -r AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN <<< "$credentials"',
    'export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN',
    'exec npx --no-install lakegate ca sign --renew',
    '',
  ].join('\n');
