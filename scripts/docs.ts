import { mkdirSync, writeFileSync } from 'node:fs';
import { changesJsonSchema } from '../src/app/change/index.ts';
import { planJsonSchema } from '../src/app/planning/index.ts';
import { codes } from '../src/diagnostics/index.ts';
import { jsonSchemaText } from '../src/spec/index.ts';
import { factsPage } from './facts-page.ts';
import { specPage } from './spec-page.ts';

/** docs/errors.md, made from the list of codes. */
export function errorsPage(): string {
  const sections = Object.entries(codes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, text]) => `## ${code}\n\n**${text.title}.** ${text.explain}\n\n${text.fix}\n`);
  return `# Codes\n\nEvery problem that lakegate reports has a code that never changes its meaning. This page is made from\n\`src/diagnostics/codes/\` by \`npm run docs\`.\n\n${sections.join('\n')}`;
}

/** Generated files under `schema/`, by name. */
export const schemas = (): Readonly<Record<string, string>> => ({
  'lakegate.schema.json': jsonSchemaText(),
  'diff.schema.json': `${JSON.stringify(changesJsonSchema(), null, 2)}\n`,
  'plan.schema.json': `${JSON.stringify(planJsonSchema(), null, 2)}\n`,
});

if (import.meta.main) {
  mkdirSync('docs', { recursive: true });
  writeFileSync('docs/errors.md', errorsPage());
  writeFileSync('docs/facts.md', factsPage());
  writeFileSync('docs/spec.md', specPage());
  mkdirSync('schema', { recursive: true });
  for (const [name, text] of Object.entries(schemas())) writeFileSync(`schema/${name}`, text);
}
