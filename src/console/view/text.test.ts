import { expect, test } from 'vitest';
import { answeredFlow } from '../../../test/support/flow-records.ts';
import { count, duration, size } from './figures.ts';
import { formFields, isForm } from './form-text.ts';
import { timingParts } from './timing.ts';
import { visible, visibleLines } from './visible.ts';

test.each([
  [0.314, '0.31 ms'],
  [33.05, '33.0 ms'],
  [999, '999 ms'],
  [1_234, '1.23 s'],
  [912_004, '15 min 12 s'],
  [7_500_000, '2 h 5 min'],
])('%d ms', (ms, want) => {
  expect(duration(ms)).toBe(want);
});

test.each([
  [0, '0 B'],
  [20_411, '20.4 kB'],
  [4_881_204, '4.88 MB'],
  [3_000_000_000, '3.00 GB'],
])('%d bytes', (bytes, want) => {
  expect(size(bytes)).toBe(want);
});

test('thousands are apart', () => {
  expect(count(1_234_567)).toBe('1,234,567');
});

test('what cannot be seen is written out', () => {
  expect(visible('a\u202eb\u0000\r\nc\u200bd é 漢 🙂 \ud800')).toBe(
    String.raw`a\u{202e}b\u{0000}\u{000d}\u{000a}c\u{200b}d é 漢 🙂 \u{d800}`,
  );
  expect(visibleLines('a\r\nb\tc\u001b[31m')).toBe('a\nb\tc\\u{001b}[31m');
});

test('the fields of a form, decoded', () => {
  expect(formFields('grant_type=client_credentials&scope=a+b%26c')).toEqual([
    { name: 'grant_type', value: 'client_credentials' },
    { name: 'scope', value: 'a b&c' },
  ]);
  expect([isForm('application/x-www-form-urlencoded'), isForm('application/json'), isForm(undefined)]).toEqual([
    ...[true, false, false],
  ]);
});

test.each([
  ['dialled', answeredFlow.timings, 'dial 0–4.214, wait 4.214–31.902, receive 31.902–33.05'],
  ['on a connection that was there', { firstByteMs: 2, endMs: 5 }, 'wait 0–2, receive 2–5'],
  ['never answered', { dialMs: 1, endMs: 5 }, 'dial 0–1, wait 1–5'],
  ['in no time', { dialMs: 0, firstByteMs: 0, endMs: 0 }, 'dial 0–0'],
  ['out of order', { dialMs: 9, firstByteMs: 3, endMs: 5 }, 'dial 0–5'],
])('the parts of an exchange: %s', (_, timings, want) => {
  const parts = timingParts(timings).map(({ name, fromMs, toMs }) => `${name} ${fromMs}–${toMs}`);
  expect(parts.join(', ')).toBe(want);
});
