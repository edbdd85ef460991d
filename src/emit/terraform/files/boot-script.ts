import { followScript } from './follow-script.ts';
import { issuerScript, issuerSeconds } from './issuer-script.ts';
import { logScript } from './log-script.ts';

/** Seconds between two looks at the bucket: how soon a change of routes reaches a router. */
const followSeconds = 15;
/** Seconds between two batches of log lines. */
const logSeconds = 30;

/** A shell line as `templatefile` takes it: no template sequence may begin by accident. */
const plain = (line: string): string => line.replace(/([$%])\{/g, '$1$1{');

/** A file that the boot script writes, by a quoted here-document. */
const written = (path: string, lines: readonly string[]): readonly string[] => [
  `cat > ${path} <<'LAKEGATE'`,
  ...lines,
  'LAKEGATE',
];

/**
 * `files/user-data.sh.tftpl`: what a machine does at its first boot. `${…}` are values that Terraform fills in. Nothing
 * comes from the internet: the program comes from the bucket, and starts only when its digest is the one in the plan.
 */
export function bootScript(marker: string, isInspecting: boolean): string {
  return [
    '#!/bin/bash',
    `# ${marker}`,
    '# Nothing is downloaded from the internet. Routes are not included: lakegate-follow fetches them.',
    'set -euo pipefail',
    `export AWS_REGION=\${region} AWS_DEFAULT_REGION=\${region}`,
    'useradd --system --no-create-home --shell /sbin/nologin lakegate',
    'install -d -m 0755 /opt/lakegate /etc/lakegate',
    'install -d -m 0700 /var/lib/lakegate',
    '',
    '# The program. An archive without the reviewed digest is deleted, and this instance never becomes healthy.',
    'archive=/opt/lakegate/router.tar.gz',
    'for attempt in 1 2 3 4 5; do',
    `  timeout 120 aws s3 cp --only-show-errors "s3://\${bucket}/\${artifact_key}" "$archive" && break`,
    '  sleep $((attempt * 5))',
    'done',
    `if ! echo "\${artifact_sha256}  $archive" | sha256sum --check --status; then`,
    '  echo "lakegate: the router archive does not have the pinned digest; the router is not started" >&2',
    '  rm -f "$archive"',
    '  exit 1',
    'fi',
    'tar -xzf "$archive" -C /opt/lakegate --strip-components=1 --no-same-owner',
    'rm -f "$archive"',
    '',
    ...written('/etc/lakegate/environment', [
      `AWS_REGION=\${region}`,
      `AWS_DEFAULT_REGION=\${region}`,
      `BUCKET=\${bucket}`,
      `LOG_GROUP=\${log_group}`,
    ]),
    'echo "WORKERS=$(nproc)" >> /etc/lakegate/environment',
    '',
    ...written('/usr/local/bin/lakegate-follow', followScript.map(plain)),
    '',
    ...written('/usr/local/bin/lakegate-logs', logScript.map(plain)),
    'chmod 0755 /usr/local/bin/lakegate-follow /usr/local/bin/lakegate-logs',
    ...(isInspecting ? issuerLines : []),
    '',
    ...written('/etc/systemd/system/lakegate-follow.service', [
      '[Unit]',
      'Description=Follow the routes and the endpoint map of lakegate',
      '[Service]',
      'Type=oneshot',
      'EnvironmentFile=/etc/lakegate/environment',
      `ExecStart=/usr/local/bin/lakegate-follow \${routes_key} /etc/lakegate/routes.json`,
      `ExecStart=/usr/local/bin/lakegate-follow \${policy_key} /etc/lakegate/policy.json`,
    ]),
    ...timer('lakegate-follow', followSeconds),
    '',
    ...written('/etc/systemd/system/lakegate-logs.service', [
      '[Unit]',
      'Description=Send the log of the lakegate router to CloudWatch',
      '[Service]',
      'Type=oneshot',
      'EnvironmentFile=/etc/lakegate/environment',
      'ExecStart=/usr/local/bin/lakegate-logs',
    ]),
    ...timer('lakegate-logs', logSeconds),
    '',
    ...written('/etc/systemd/system/lakegate-router.service', routerUnit(isInspecting)),
    '',
    '# The router starts once its routes are there; the timer fetches later versions.',
    'systemctl daemon-reload',
    'for attempt in 1 2 3 4 5; do',
    '  systemctl start lakegate-follow.service && [ -s /etc/lakegate/routes.json ] && break',
    '  sleep $((attempt * 5))',
    'done',
    ...(isInspecting ? ['systemctl start lakegate-issuer.service || true'] : []),
    '[ -s /etc/lakegate/policy.json ] || echo \'{"version":1,"endpoints":{}}\' > /etc/lakegate/policy.json',
    `systemctl enable --now lakegate-follow.timer lakegate-logs.timer ${isInspecting ? 'lakegate-issuer.timer ' : ''}lakegate-router.service`,
    '',
  ].join('\n');
}

const timer = (unit: string, seconds: number): readonly string[] =>
  written(`/etc/systemd/system/${unit}.timer`, [
    '[Timer]',
    `OnBootSec=${seconds}`,
    `OnUnitActiveSec=${seconds}`,
    'AccuracySec=1',
    '[Install]',
    'WantedBy=timers.target',
  ]);

/** In memory: the key of the intermediate is on no disk of the machine. */
const issuerFile = '/run/lakegate/issuer.json';

const issuerLines: readonly string[] = [
  '',
  ...written('/usr/local/bin/lakegate-issuer', issuerScript.map(plain)),
  'chmod 0755 /usr/local/bin/lakegate-issuer',
  '',
  ...written('/etc/systemd/system/lakegate-issuer.service', [
    '[Unit]',
    'Description=Follow the intermediate CA of the lakegate router',
    '[Service]',
    'Type=oneshot',
    'EnvironmentFile=/etc/lakegate/environment',
    'RuntimeDirectory=lakegate',
    'RuntimeDirectoryPreserve=yes',
    `ExecStart=/usr/local/bin/lakegate-issuer \${issuer_secret} ${issuerFile} lakegate`,
  ]),
  ...timer('lakegate-issuer', issuerSeconds),
];

/** Records of inspected requests, for who may open a session on the machine and read the token there as root. */
const flowsAt = '127.0.0.1:9902';
/** The folder below /run that the user of the router owns. */
const flowsName = 'lakegate-router';

/** Runs as a separate user without privileges: all its ports are above 1023. SIGTERM drains. */
const routerUnit = (isInspecting: boolean): readonly string[] => [
  '[Unit]',
  'Description=lakegate router',
  'After=network-online.target',
  'Wants=network-online.target',
  '[Service]',
  'User=lakegate',
  'EnvironmentFile=/etc/lakegate/environment',
  `ExecStart=/opt/lakegate/bin/lakegate-router --routes /etc/lakegate/routes.json --policy /etc/lakegate/policy.json --workers $WORKERS --admin 0.0.0.0:\${readiness_port}${isInspecting ? ` --issuer ${issuerFile} --flows ${flowsAt} --flows-token /run/${flowsName}/flows.token` : ''}`,
  ...(isInspecting ? [`RuntimeDirectory=${flowsName}`, 'RuntimeDirectoryMode=0700'] : []),
  'Restart=always',
  'RestartSec=2',
  'TimeoutStopSec=330',
  'LimitNOFILE=262144',
  'LogRateLimitIntervalSec=0',
  'NoNewPrivileges=yes',
  'ProtectSystem=strict',
  'ProtectHome=yes',
  'PrivateTmp=yes',
  'PrivateDevices=yes',
  'ProtectKernelTunables=yes',
  'ProtectControlGroups=yes',
  'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX',
  '[Install]',
  'WantedBy=multi-user.target',
];
