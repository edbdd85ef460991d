import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bitString,
  boolean,
  numbered,
  octetString,
  oid,
  sequence,
  set,
  small,
  time,
  unsigned,
  utf8String,
} from './der.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

test.each<[string, Uint8Array, string]>([
  ['true', boolean(true), '0101ff'],
  ['false', boolean(false), '010100'],
  ['zero', small(0), '020100'],
  ['a number whose highest bit would say negative', small(128), '02020080'],
  ['leading zeros of a number are left out', unsigned(bytes('00007f01')), '02027f01'],
  ['a number of zero bytes only', unsigned(bytes('0000')), '020100'],
  ['an identifier with arcs above 127', oid('1.2.840.10045.4.3.2'), '06082a8648ce3d040302'],
  ['an identifier of the second tree', oid('2.5.29.15'), '0603551d0f'],
  ['text', utf8String('ä'), '0c02c3a4'],
  ['bits, of which some are unused', bitString(bytes('06'), 1), '03020106'],
  ['an empty sequence', sequence(), '3000'],
  ['a set', set(small(1)), '3103020101'],
  ['a plain numbered field', numbered(2, bytes('61'), false), '820161'],
  ['a numbered field of others', numbered(3, small(1), true), 'a303020101'],
  ['the last second of UTCTime', time(Date.parse('2049-12-31T23:59:59Z')), `170d${hex(Buffer.from('491231235959Z'))}`],
  [
    'the first of GeneralizedTime',
    time(Date.parse('2050-01-01T00:00:00Z')),
    `180f${hex(Buffer.from('20500101000000Z'))}`,
  ],
  ['milliseconds are cut', time(Date.parse('2026-11-24T01:02:03.999Z')), `170d${hex(Buffer.from('261124010203Z'))}`],
])('%s', (_, made, want) => {
  expect(hex(made)).toBe(want);
});

test.each([
  [127, '047f'],
  [128, '048180'],
  [255, '0481ff'],
  [256, '04820100'],
  [70_000, '0483011170'],
])('the length of %i bytes', (length, head) => {
  expect(hex(octetString(new Uint8Array(length)).subarray(0, head.length / 2))).toBe(head);
});

test('a number reads back as it was, and is never negative', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), (content) => {
      const made = unsigned(content);
      const inside = made.subarray(2);
      expect((inside[0] ?? 0) < 0x80).toBe(true);
      expect(BigInt(`0x${hex(inside)}`)).toBe(BigInt(`0x${hex(content)}`));
    }),
  );
});
