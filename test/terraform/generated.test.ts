import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generated, generatedExample } from '../../scripts/generated-examples.ts';

const read = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  );

test.each(generated)('examples/generated/%s is what synth writes (npm run examples)', (name) => {
  const made = Object.fromEntries(generatedExample(name).map(({ path, text }) => [path, text]));
  expect(read(join('examples', 'generated', name))).toEqual(made);
});
