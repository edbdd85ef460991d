/** Seconds between two looks at the secret. */
export const issuerSeconds = 60;

/**
 * The script that follows the secret with the intermediate CA: `SECRET FILE [OWNER]`. It writes FILE, which only its owner
 * may read, in one step and only when the value changed. The router judges what is in it. Bounded: one request, 20 s.
 */
export const issuerScript: readonly string[] = [
  '#!/bin/bash',
  '# SECRET FILE [OWNER]: fetches the intermediate CA of the router, and puts it in place in one step when it has changed.',
  'set -euo pipefail',
  'umask 077',
  'new=$(mktemp "$(dirname "$2")/.new.XXXXXX")',
  'trap \'rm -f "$new"\' EXIT',
  '# A refusal is written to the log; the router keeps what it has.',
  'timeout 20 aws secretsmanager get-secret-value --secret-id "$1" --query SecretString --output text > "$new"',
  'if cmp --silent "$new" "$2"; then',
  '  exit 0',
  'fi',
  'if [ $# -gt 2 ]; then',
  '  chown "$3" "$new"',
  'fi',
  'mv "$new" "$2"',
  'echo "$2 is new"',
];
