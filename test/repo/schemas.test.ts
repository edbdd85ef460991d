import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { schemas } from '../../scripts/docs.ts';

test.each(Object.entries(schemas()))('schema/%s is what `npm run docs` writes', (name, text) => {
  expect(readFileSync(`schema/${name}`, 'utf8')).toBe(text);
});
