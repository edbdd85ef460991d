import { expect, test } from 'vitest';
import { z } from 'zod';
import { changeEffect, changeEffects } from './change-effects.ts';
import { infraPlanShape } from './infra-plan.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly required?: readonly string[];
}

/** Fields that say which form of a union an object has: another form is another object, which has a row of its own. */
const forms: readonly string[] = ['kind', 'to'];
/** Fields by which entries of lists are told apart: an entry with another one is another entry. */
const keys: readonly string[] = ['key', 'target', 'name', 'number', 'network', 'address', 'from'];

/** Every place where two infra plans can differ, as the table names it. */
function* placesOf(schema: Schema, path = '', isEntry = false): Generator<string> {
  const cases = schema.oneOf ?? schema.anyOf;
  if (cases) {
    if (path !== '' && !isEntry) yield path;
    for (const each of cases) yield* placesOf(each, path, isEntry);
    return;
  }
  if (schema.items) {
    yield `${path}[]`;
    yield* placesOf(schema.items, `${path}[]`, true);
    return;
  }
  if (typeof schema.additionalProperties === 'object') {
    yield `${path}[]`;
    return;
  }
  if (!schema.properties) {
    if (!isEntry) yield path;
    return;
  }
  const isUnion = Object.keys(schema.properties).some((name) => forms.includes(name));
  const key = isEntry ? keys.find((name) => schema.properties?.[name]) : undefined;
  for (const [name, field] of Object.entries(schema.properties)) {
    if (name === key || (isUnion && forms.includes(name))) continue;
    const at = path === '' ? name : `${path}.${name}`;
    if (schema.required?.includes(name) !== true && (field.properties || field.items)) yield at;
    yield* placesOf(field, at);
  }
}

test('every place where two infra plans can differ has a row', () => {
  const schema = z.toJSONSchema(infraPlanShape) as Schema;
  const places = [...new Set(placesOf(schema))];
  expect(places.length).toBeGreaterThan(100);
  expect(places.filter((place) => changeEffect(place) === undefined)).toEqual([]);
  expect(places).toEqual(expect.arrayContaining(['hub.vpc', 'hub.vpc.cidr', 'nccs[].rules[].domains[]', 'router']));
});

test('every row is of a place where two infra plans can differ', () => {
  const places = [...placesOf(z.toJSONSchema(infraPlanShape) as Schema)];
  const stale = Object.keys(changeEffects).filter((row) =>
    row.endsWith('.**') ? !places.some((place) => place.startsWith(row.slice(0, -2))) : !places.includes(row),
  );
  expect(stale).toEqual([]);
});

test('a field that no row names is unknown, not harmless', () => {
  expect(changeEffect('hub.vpc.colour')).toBeUndefined();
  expect(changeEffect('endpointServices[].listeners[].targetGroup.health.path')).toEqual({ is: 'in-place' });
});
