import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { schemaTexts } from '../../scripts/terraform-schema.ts';

test('the schemas that ship are what the bindings say', { timeout: 600_000 }, () => {
  const made = schemaTexts();
  for (const [provider, text] of Object.entries(made))
    expect(
      readFileSync(`src/sim/terraform/schema/${provider}.json`, 'utf8') === text,
      `${provider}: run npm run schema:terraform`,
    ).toBe(true);
});
