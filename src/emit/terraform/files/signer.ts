import type { InfraPlan } from '../../../ir/index.ts';
import type { OutputFile } from '../output-file.ts';

/** What runs `lakegate ca sign --renew`: a workflow for GitHub, or a script for another CI. */
export function signerFiles(infra: InfraPlan, marker: string): readonly OutputFile[] {
  const { inspection } = infra;
  const { signer } = inspection ?? {};
  if (!signer) return [];
  const role = `arn:${infra.aws.partition}:iam::${infra.aws.account}:role/${signer.roleName}`;
  const to = { role, region: infra.aws.region, marker, keyAlias: inspection?.ca.keyAlias ?? '' };
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
  /** Of the keys of the root, without their number. */
  readonly keyAlias: string;
}

/**
 * Only its runs may act as the signer, so that it runs what needs the key of the root as well: by hand, chosen from a list. It may not
 * write to the repository: who started it commits what it has made.
 */
const workflow = ({ role, region, marker, keyAlias }: To): string =>
  [
    `# ${marker}`,
    '# Copy it to .github/workflows/ of the repository with the spec. It renews the intermediate CA of the routers, and runs by',
    '# hand what else needs the key of the root. What such a run has made is in its artifact inspection-ca: commit that file.',
    '# The account needs the identity provider token.actions.githubusercontent.com; lakegate is in the package.json.',
    'name: inspection-signer',
    'on:',
    '  schedule:',
    "    - cron: '17 */6 * * *'",
    '  workflow_dispatch:',
    '    inputs:',
    '      command:',
    '        description: lakegate ca …',
    '        type: choice',
    '        default: sign --renew',
    '        options:',
    ...['sign --renew', 'sign', ...namesKey, 'init --reissue', 'rotate --phase switch', 'rotate --phase retire'].map(
      (each) => `          - ${each}`,
    ),
    '      key:',
    '        description: the key in KMS, for init and for rotate --phase publish',
    `        default: ${keyAlias}1`,
    'permissions:',
    '  contents: read',
    '  id-token: write',
    'concurrency: inspection-signer',
    'env:',
    '  LAKEGATE_FILE: lakegate.yaml # where the spec is in the repository',
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
    '      - env:',
    `          COMMAND: \${{ inputs.command || 'sign --renew' }}`,
    `          KEY: \${{ inputs.key }}`,
    '        run: |',
    '          key=()',
    `          case "$COMMAND" in ${namesKey.map((each) => `'${each}'`).join(' | ')}) key=(--kms "$KEY") ;; esac`,
    `          npx --no-install lakegate ca $COMMAND "\${key[@]}"`,
    `      - if: inputs.command && !startsWith(inputs.command, 'sign')`,
    '        uses: actions/upload-artifact@v4',
    '        with:',
    '          name: inspection-ca',
    "          path: '**/*.ca.json'",
    '',
  ].join('\n');

/** Commands that are told the key. */
const namesKey = ['init', 'rotate --phase publish'];

const script = ({ role, region, marker }: To): string =>
  [
    '#!/bin/bash',
    `# ${marker}`,
    '# Run it every six hours in the folder of the spec, as the role that the spec names under inspection.ca.signer.',
    '# It renews the intermediate CA of the routers where 7 days or less are left. With arguments it runs lakegate ca with these,',
    '# such as init --kms ALIAS. LAKEGATE_FILE names a spec that is not lakegate.yaml.',
    'set -euo pipefail',
    `export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    'credentials=$(aws sts assume-role --role-session-name inspection-signer \\',
    `  --role-arn ${role} \\`,
    "  --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)",
    'read -r AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN <<< "$credentials"',
    'export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN',
    '[ $# -gt 0 ] || set -- sign --renew',
    'exec npx --no-install lakegate ca "$@"',
    '',
  ].join('\n');
