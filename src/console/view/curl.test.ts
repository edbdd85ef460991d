import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answeredFlow, flowRecords } from '../../../test/support/flow-records.ts';
import type { FlowRecord } from '../../ir/index.ts';
import { curlOf } from './curl.ts';

test('a line that can be pasted, with the secrets still replaced', () => {
  expect(curlOf(answeredFlow)).toBe(
    String.raw`curl \
  --url 'https://api.corp.acme.com/orders/v1/search?page=2&access_token=redacted:51c0e7d2' \
  --header 'User-Agent: python-requests/2.32.3' \
  --header 'Authorization: Bearer redacted:9d41f0aa' \
  --header 'Content-Type: application/json' \
  --data-raw '{"customer":"C-1007","api_key":"redacted:51c0e7d2"}'`,
  );
});

test('another method, HTTP/2, and a body that was not recorded', () => {
  const lines = flowRecords.map((record) => curlOf(record).split('\n'));
  expect(lines[1]).toContain('  --request DELETE \\');
  expect(lines[2]?.slice(0, 4)).toEqual([
    '# the body was not recorded (118 bytes)',
    'curl \\',
    '  --request POST \\',
    '  --http2 \\',
  ]);
  expect(lines[2]?.join('\n')).not.toMatch(/:method|:authority/);
});

const withRequest = (change: Partial<FlowRecord['request']>): FlowRecord => ({
  ...answeredFlow,
  request: { ...answeredFlow.request, ...change },
});

test.each<[string, Partial<FlowRecord['request']>, string]>([
  ['brackets in the address', { path: '/a[1-9]' }, '--globoff'],
  ['dot segments', { path: '/a/../b' }, '--path-as-is'],
  ['HEAD', { method: 'HEAD' }, '--head'],
  ['an empty field', { headers: [{ name: 'X-Empty', value: '' }] }, "--header 'X-Empty;'"],
  ['a mark of the shell’s history next to what cannot be seen', { path: '/!a\u0007' }, String.raw`/\x21a\x07`],
  ['the beginning of a body', { body: { text: '{', truncated: true }, bodyBytes: 9 }, '# only the beginning'],
])('%s', (_, change, want) => {
  expect(curlOf(withRequest(change))).toContain(want);
});

/** What a shell gives to a program for a command line. */
function argumentsOf(line: string): string[] {
  const { stdout, status } = spawnSync('bash', ['-c', `curl() { printf '%s\\0' "$@"; }\n${line}`], {
    encoding: 'buffer',
  });
  expect(status).toBe(0);
  return stdout.toString().split('\0').slice(0, -1);
}

const hostile = fc.oneof(
  fc.constantFrom(
    "'; touch /tmp/x; '",
    '$(id)',
    '`id`',
    '\n--output\nx',
    '!!',
    "$'\\x27'",
    '@/etc/passwd',
    '\u202e',
    '-K/x',
    '#',
    '~',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\0', '').toWellFormed()),
);

test('whatever a stranger wrote is one word of the shell', () => {
  fc.assert(
    fc.property(hostile, hostile, hostile, hostile, (host, path, value, text) => {
      const record = withRequest({
        host,
        path: `/${path}`,
        query: value,
        method: 'POST',
        headers: [
          { name: 'X-A', value: `v${value}` },
          { name: '@x', value: 'not a name of a field' },
        ],
        body: { text, truncated: false },
      });
      const words = argumentsOf(curlOf(record)).filter((word) => word !== '--globoff' && word !== '--path-as-is');
      expect(words).toEqual([
        ...['--url', `https://${host}/${path}?${value}`, '--header', `X-A: v${value}`, '--data-raw', text],
      ]);
    }),
    { numRuns: 60 },
  );
});
