import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeMessage, encodeMessage, type Message } from './protobuf.ts';

const inner: Message = { text: { kind: 'string', number: 1 }, count: { kind: 'int', number: 2 } };
const outer: Message = {
  name: { kind: 'string', number: 1 },
  body: { kind: 'bytes', number: 2 },
  yes: { kind: 'bool', number: 3 },
  count: { kind: 'int', number: 16 },
  one: { kind: 'message', number: 4, of: () => inner },
  many: { kind: 'message', number: 5, many: true, of: () => inner },
  map: { kind: 'map', number: 6, of: () => inner },
};

test('bytes are those of the protocol', () => {
  // From the encoding guide: field 1 with the varint 150, and field 2 with the text "testing".
  const type: Message = { a: { kind: 'int', number: 1 }, b: { kind: 'string', number: 2 } };
  const bytes = Buffer.from('089601120774657374696e67', 'hex');
  expect(encodeMessage(type, { a: 150, b: 'testing' })).toEqual(bytes);
  expect(decodeMessage(type, bytes)).toEqual({ a: 150, b: 'testing' });
});

test('what is written is read back', () => {
  const innerValue = fc.record({ text: fc.string({ minLength: 1 }), count: fc.integer({ min: 1 }) });
  const value = fc.record({
    name: fc.string({ minLength: 1 }),
    body: fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes)),
    yes: fc.constant(true),
    count: fc.maxSafeInteger().filter((n) => n !== 0),
    one: innerValue,
    many: fc.array(innerValue, { minLength: 1 }),
    map: fc.dictionary(
      fc.string({ minLength: 1 }).filter((key) => key !== '__proto__'),
      innerValue,
      { minKeys: 1, noNullPrototype: true },
    ),
  });
  fc.assert(
    fc.property(value, (given) => {
      expect(decodeMessage(outer, encodeMessage(outer, given))).toEqual(given);
    }),
  );
});

test('a reader that knows fewer fields skips the rest', () => {
  const bytes = encodeMessage(outer, { name: 'n', body: Buffer.from('b'), count: 7, many: [{ text: 't' }] });
  expect(decodeMessage({ count: { kind: 'int', number: 16 } }, bytes)).toEqual({ count: 7 });
});

test('cut or corrupt bytes are refused with a RangeError, never read past their end', () => {
  const whole = encodeMessage(outer, { name: 'name', one: { text: 'text', count: 3 }, count: 99 });
  fc.assert(
    fc.property(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }), (at, byte) => {
      const broken = Buffer.from(whole);
      broken[at] = byte;
      for (const bytes of [broken, whole.subarray(0, at)]) {
        try {
          decodeMessage(outer, bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }
    }),
  );
});
