/**
 * Sends what the router has logged since the last run to CloudWatch Logs: one batch, within what the API takes (10,000
 * lines, 1 MiB). The place in the journal moves on only when the batch was taken, so a failure sends it again. Needs
 * LOG_GROUP and AWS_REGION; STATE and NODE have the places on a machine as defaults.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html (2026-11-20)
 */
export const logScript: readonly string[] = [
  '#!/bin/bash',
  '# Sends new log lines of the router, and stores the position in the journal only after they were accepted.',
  'set -euo pipefail',
  `state=\${STATE:-/var/lib/lakegate}/journal`,
  'work=$(mktemp -d)',
  'trap \'rm -rf "$work"\' EXIT',
  'after=()',
  '[ -s "$state" ] && after=(--after-cursor="$(cat "$state")")',
  `journalctl --unit=lakegate-router --output=json --no-pager "\${after[@]}" |`,
  `  "\${NODE:-/opt/lakegate/bin/node}" --input-type=module -e '`,
  '    import { writeFileSync } from "node:fs";',
  '    import { createInterface } from "node:readline";',
  '    const events = [];',
  '    let bytes = 0;',
  '    let last = "";',
  '    for await (const line of createInterface({ input: process.stdin })) {',
  '      if (events.length >= 5000 || bytes > 700000) continue; // the rest is for the next run',
  '      const entry = JSON.parse(line);',
  '      const message = typeof entry.MESSAGE === "string" ? entry.MESSAGE : "";',
  '      last = entry.__CURSOR;',
  '      bytes += Buffer.byteLength(message) + 26;',
  '      if (message !== "") events.push({ timestamp: Math.floor(Number(entry.__REALTIME_TIMESTAMP) / 1000), message });',
  '    }',
  '    writeFileSync(process.argv[1] + "/batch.json", JSON.stringify(events));',
  '    writeFileSync(process.argv[1] + "/cursor", last);',
  '  \' "$work"',
  '[ -s "$work/cursor" ] || exit 0',
  'if [ "$(cat "$work/batch.json")" != "[]" ]; then',
  `  stream=\${STREAM:-$(cat /etc/machine-id)}`,
  '  timeout 20 aws logs create-log-stream --log-group-name "$LOG_GROUP" --log-stream-name "$stream" 2>/dev/null || true',
  '  timeout 60 aws logs put-log-events --log-group-name "$LOG_GROUP" --log-stream-name "$stream" \\',
  '    --log-events "file://$work/batch.json" > /dev/null',
  'fi',
  'mv "$work/cursor" "$state"',
];
