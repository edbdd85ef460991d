import { expect, test } from 'vitest';
import { composeYaml } from './yaml-document.ts';

// The parser counts seven: a, colon, space, b, and marks of its own for the document and each scalar.
test.each([
  ['as many tokens as are allowed', 'a: b', 7, 'document'],
  ['one more', 'a: b', 6, 'code'],
])('%s', (_, text, lexemes, want) => {
  expect(Object.keys(composeYaml(text, lexemes))).toContain(want);
});

test('a text that is too long is cut where it has too many tokens', () => {
  expect(composeYaml('a: b\n'.repeat(1000), 100)).toEqual({
    code: 'LG_SPEC_FILE_SIZE',
    offset: expect.any(Number),
    message: 'up to here the file has 100 YAML tokens, which is the maximum',
  });
});

test('garbage is left early: the parser is not asked for every sign that is out of place', () => {
  const composed = composeYaml(`a: b\n${'}\n'.repeat(100_000)}`);
  expect('document' in composed && composed.document?.errors.length).toBeLessThan(300);
});

test('a second document is found at its start', () => {
  expect(composeYaml('a: b\n---\nc: d\n')).toMatchObject({ code: 'LG_YAML_DOCUMENTS', offset: 5 });
});
