import fc from 'fast-check';
import { expect, test } from 'vitest';
import { offsetInJson } from './json-text.ts';

const text = `{
  "version": 1,
  "nccs": [{ "key": "n-1", "rules": [] }, { "key": "n-\\u0032", "rules": [{ "names": ["a\\"}", "b"] }] }],
  "next": { "ncc": -1.5e3, "key": null }
}`;

/** What stands at the place. */
const at = (path: readonly (string | number)[]): string => text.slice(offsetInJson(text, path)).slice(0, 14);

test.each<[path: readonly (string | number)[], begins: string]>([
  [[], '{\n  "version"'],
  [['version'], '1,'],
  [['nccs'], '[{ "key"'],
  [['nccs', 1], '{ "key": "n-\\'],
  [['nccs', 1, 'key'], '"n-\\u0032"'],
  [['nccs', 1, 'rules', 0, 'names', 1], '"b"]'],
  [['next', 'ncc'], '-1.5e3'],
  [['next', 'key'], 'null'],
])('%j begins where it is', (path, begins) => {
  expect(at(path).startsWith(begins)).toBe(true);
});

test.each<[path: readonly (string | number)[], begins: string]>([
  [['nope'], '{\n  "version"'],
  [['nccs', 7], '[{ "key"'],
  [['nccs', 0, 'rules', 0], '[] }'],
  [['next', 'rule'], '{ "ncc"'],
  [['version', 'x'], '1,'],
])('%j is not there: the nearest thing around it', (path, begins) => {
  expect(at(path).startsWith(begins)).toBe(true);
});

test.each<[text: string, at: number]>([
  ['', 0],
  ['  ', 2],
  ['{"a": 1,}', 8],
  ['{"a": 1 "b": 2}', 8],
  ['{"a" 1}', 5],
  ['{a: 1}', 1],
  ['[1, 2', 5],
  ['[1 2]', 3],
  ['[,]', 1],
  ['{"a": 01}', 7],
  ['{"a": "\n"}', 6],
  ['{} x', 3],
  ['<<<<<<< HEAD\n{}', 0],
  ['{\n<<<<<<< HEAD\n  "a": 1\n}', 2],
  [']', 0],
  ['{"a": [1}', 8],
])('%j stops being JSON at %i', (wrong, offset) => {
  expect(() => JSON.parse(wrong)).toThrow();
  expect(offsetInJson(wrong, ['a'])).toBe(offset);
});

test('every value of any JSON is found: what stands there reads as it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat({ max: 3 }), (value, indent) => {
      const written = JSON.stringify(value, null, indent);
      const walk = (each: unknown, path: readonly (string | number)[]): void => {
        const begins = written.slice(offsetInJson(written, path));
        const first = JSON.stringify(each)[0] ?? '';
        expect(begins[0]).toBe(first);
        if (Array.isArray(each)) for (const [i, item] of each.entries()) walk(item, [...path, i]);
        else if (typeof each === 'object' && each !== null)
          for (const [key, item] of Object.entries(each)) walk(item, [...path, key]);
        else expect(begins.startsWith(JSON.stringify(each))).toBe(true);
      };
      walk(value, []);
    }),
  );
});
