import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonPieces } from './json-text.ts';

const pretty = (text: string): string | undefined =>
  jsonPieces(text)
    ?.map((piece) => piece.text)
    .join('');

test('whole JSON reads as JSON.stringify writes it', () => {
  fc.assert(
    fc.property(fc.oneof(fc.object(), fc.array(fc.jsonValue())), (value) => {
      const text = JSON.stringify(value);
      expect(pretty(text)).toBe(JSON.stringify(JSON.parse(text), null, 2));
    }),
  );
});

test.each([
  ['numbers keep their digits', '{"id":12345678901234567890.10}', '{\n  "id": 12345678901234567890.10\n}'],
  ['the beginning of a string', '[{"a":"b\\', '[\n  {\n    "a": "b\\'],
  ['a member without its value', '{"a":', '{\n  "a": '],
  ['empty ones on one line', '[{},[ ]]', '[\n  {},\n  []\n]'],
  ['more ends than beginnings', '{}]}', '{}\n]\n}'],
])('%s', (_, text, want) => {
  expect(pretty(text)).toBe(want);
});

test('keys, strings and the rest', () => {
  expect(jsonPieces('{"a":"b"}')).toEqual([
    { kind: 'plain', text: '{\n  ' },
    { kind: 'key', text: '"a"' },
    { kind: 'plain', text: ': ' },
    { kind: 'string', text: '"b"' },
    { kind: 'plain', text: '\n}' },
  ]);
});

test('what is not an object or a list is left alone', () => {
  expect(['', 'a=b', '<x/>', '"text"', '12'].map(jsonPieces)).toEqual(Array.from({ length: 5 }, () => undefined));
});

test('deep nesting does not grow a body without measure', () => {
  expect(pretty('['.repeat(16_384))?.length).toBeLessThan(16_384 * 90);
});

test('nothing but white space is added or taken', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '1', 'a', ' ', '\n') }),
      (rest) => {
        const text = `{${rest}`;
        expect(pretty(text)?.replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
      },
    ),
  );
});
