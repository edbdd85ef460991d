import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { specPage } from '../../scripts/spec-page.ts';
import { smallSpec } from '../../test/small-spec.ts';
import { type JsonSchema, jsonSchema, starterFile } from './index.ts';

const accepts = new Ajv({ strict: false, allErrors: true }).compile(jsonSchema());
const examples = readdirSync('examples').filter((name) => name.endsWith('.yaml'));

test.each(examples)('an outside judge accepts %s', (name) => {
  accepts(parse(readFileSync(`examples/${name}`, 'utf8')));
  expect(accepts.errors ?? []).toEqual([]);
});

test('an outside judge accepts the starter file', () => {
  accepts(parse(starterFile));
  expect(accepts.errors ?? []).toEqual([]);
});

const target = (text: string) => smallSpec({ targets: `{ db: { ${text} } }` });

test.each([
  ['an unknown field', smallSpec({ nmae: 'x' }), '', 'additionalProperties'],
  [
    'an account as a number',
    smallSpec({ aws: '{ region: eu-west-1, account: 111122223333 }' }),
    '/aws/account',
    'type',
  ],
  ['a type that does not exist', target('type: postgre, host: a.acme.com, network: core'), '/targets/db/type', 'enum'],
  ['a field of another type', target('type: s3, bucket: acme-lake, network: core'), '/targets/db', 'propertyNames'],
  ['no port where the type has none', target('type: tls, host: a.acme.com, network: core'), '/targets/db', 'required'],
  ['no network', target('type: https, host: a.acme.com'), '/targets/db', 'required'],
  ['a wildcard', target('type: https, host: "*.acme.com", network: core'), '/targets/db/host', 'pattern'],
  [
    'a port out of range',
    target('type: https, host: a.acme.com, network: core, port: 0'),
    '/targets/db/port',
    'minimum',
  ],
  [
    'plaintext Kafka',
    target('type: kafka, hosts: [a.acme.com], network: core, auth: [none]'),
    '/targets/db/auth/0',
    'enum',
  ],
])('an outside judge refuses %s', (_, text, instancePath, keyword) => {
  expect(accepts(parse(text))).toBe(false);
  expect(accepts.errors).toContainEqual(expect.objectContaining({ instancePath, keyword }));
});

test('every field has a description, for the editor that shows it', () => {
  const without: string[] = [];
  const visit = (schema: JsonSchema, path: string): void => {
    if (!schema.description) without.push(path);
    for (const [name, field] of Object.entries(schema.properties ?? {})) visit(field, `${path}.${name}`);
    if (typeof schema.additionalProperties === 'object') visit(schema.additionalProperties, `${path}.*`);
  };
  visit(jsonSchema(), 'spec');
  expect(without).toEqual([]);
});

test('docs/spec.md is what `npm run docs` writes', () => {
  expect(readFileSync('docs/spec.md', 'utf8')).toBe(specPage());
});
