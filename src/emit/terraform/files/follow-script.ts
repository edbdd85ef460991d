/**
 * The script that follows an object of the bucket: `KEY FILE`. It writes FILE only when the object changed and is whole
 * JSON, in one step. Bounded: one request, 20 s. Needs BUCKET and AWS_REGION in its environment; STATE and NODE have
 * the places on a machine as defaults.
 */
export const followScript: readonly string[] = [
  '#!/bin/bash',
  '# KEY FILE: fetches an object of the bucket when it has changed, and puts it in place in one step.',
  'set -euo pipefail',
  'key=$1',
  'file=$2',
  `state=\${STATE:-/var/lib/lakegate}/$key.etag`,
  'known=$(cat "$state" 2>/dev/null || echo \'"none"\')',
  'new=$(mktemp "$(dirname "$file")/.new.XXXXXX")',
  'trap \'rm -f "$new"\' EXIT',
  '# 304 (unchanged) and 404 (not there yet) are not errors. After any other answer the next run tries again;',
  '# until then the router keeps its present file.',
  'if ! etag=$(timeout 20 aws s3api get-object --bucket "$BUCKET" --key "$key" --if-none-match "$known" \\',
  '  --query ETag --output text "$new" 2>/dev/null); then',
  '  exit 0',
  'fi',
  `if ! "\${NODE:-/opt/lakegate/bin/node}" -e 'JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"))' "$new" 2>/dev/null; then`,
  '  echo "$key is not JSON; $file is left unchanged" >&2',
  '  exit 1',
  'fi',
  'chmod 0644 "$new"',
  'mv "$new" "$file"',
  'echo "$etag" > "$state"',
  'echo "$file is now version $etag"',
];
