import type { OutputFile } from '../output-file.ts';
import { followScript } from './follow-script.ts';
import { issuerScript, issuerSeconds } from './issuer-script.ts';

/** Seconds between two looks at the bucket. */
const followSeconds = 15;

const issuerFile = '/var/lib/lakegate/issuer.json';

/** The files from which the user builds the router's image: only when it is built may anything be downloaded. */
export function containerFiles(marker: string, isInspecting: boolean): readonly OutputFile[] {
  return [
    { path: 'files/Dockerfile', text: dockerfile(marker, isInspecting) },
    { path: 'files/lakegate-follow', text: `${followScript.join('\n')}\n` },
    { path: 'files/start', text: startScript(marker, isInspecting) },
    ...(isInspecting ? [{ path: 'files/lakegate-issuer', text: `${issuerScript.join('\n')}\n` }] : []),
  ];
}

const dockerfile = (marker: string, isInspecting: boolean): string =>
  [
    `# ${marker}`,
    '# docker build --platform linux/arm64 -f files/Dockerfile --build-arg ARTIFACT=artifacts/lakegate-router-arm64.tar.gz .',
    'FROM public.ecr.aws/amazonlinux/amazonlinux:2023',
    'RUN dnf install -y awscli-2 shadow-utils tar gzip && dnf clean all \\',
    '  && useradd --system --no-create-home --shell /sbin/nologin lakegate \\',
    '  && install -d -o lakegate /etc/lakegate /var/lib/lakegate',
    '# Made by `lakegate artifact`; ADD unpacks it.',
    'ARG ARTIFACT',
    `ADD \${ARTIFACT} /opt/`,
    'RUN ln -s /opt/lakegate-router /opt/lakegate',
    ...(isInspecting
      ? [
          'COPY files/lakegate-follow files/lakegate-issuer files/start /usr/local/bin/',
          'RUN chmod 0755 /usr/local/bin/lakegate-follow /usr/local/bin/lakegate-issuer /usr/local/bin/start',
        ]
      : [
          'COPY files/lakegate-follow files/start /usr/local/bin/',
          'RUN chmod 0755 /usr/local/bin/lakegate-follow /usr/local/bin/start',
        ]),
    'USER lakegate',
    'ENTRYPOINT ["/usr/local/bin/start"]',
    '',
  ].join('\n');

const startScript = (marker: string, isInspecting: boolean): string =>
  [
    '#!/bin/bash',
    `# ${marker}`,
    '# Starts the router once its routes are there, and keeps fetching them. SIGTERM reaches the router, which drains.',
    'set -euo pipefail',
    'export BUCKET=$LAKEGATE_BUCKET',
    'follow() {',
    '  lakegate-follow "$LAKEGATE_ROUTES_KEY" /etc/lakegate/routes.json',
    '  lakegate-follow "$LAKEGATE_POLICY_KEY" /etc/lakegate/policy.json',
    '}',
    'echo \'{"version":1,"endpoints":{}}\' > /etc/lakegate/policy.json',
    'for attempt in 1 2 3 4 5; do',
    '  follow && [ -s /etc/lakegate/routes.json ] && break',
    '  sleep $((attempt * 5))',
    'done',
    `(while sleep ${followSeconds}; do follow || true; done) &`,
    ...(isInspecting
      ? [
          `issuer() { lakegate-issuer "$LAKEGATE_ISSUER_SECRET" ${issuerFile}; }`,
          'issuer || true',
          `(while sleep ${issuerSeconds}; do issuer || true; done) &`,
        ]
      : []),
    'exec /opt/lakegate/bin/lakegate-router --routes /etc/lakegate/routes.json --policy /etc/lakegate/policy.json \\',
    `  --admin "0.0.0.0:$LAKEGATE_READINESS_PORT"${isInspecting ? ` --issuer ${issuerFile}` : ''}`,
    '',
  ].join('\n');
