import { expect, test } from 'vitest';
import { type Behaviour, planChange } from './plan.ts';
import type { SchemaBlock } from './schema.ts';
import { type Attributes, unknown } from './values.ts';

const block: SchemaBlock = {
  attributes: {
    id: { type: 'string', is: 'optional+computed' },
    name: { type: 'string', is: 'required' },
    size: { type: 'number', is: 'optional' },
    version: { type: 'number', is: 'computed' },
    zones: { type: ['set', 'string'], is: 'optional+computed' },
  },
  blocks: {
    check: {
      nesting: 'list',
      max: 1,
      block: {
        attributes: { port: { type: 'string', is: 'optional' }, path: { type: 'string', is: 'optional+computed' } },
      },
    },
  },
};
const behaviour: Behaviour = {
  forceNew: ['name'],
  defaults: { size: 3 },
  nestedDefaults: { check: { port: 'traffic-port' } },
  recomputes: [{ when: ['size'], become: ['version'] }],
};
const config = { id: null, name: 'a', size: null, version: null, zones: null, check: [{ port: null, path: null }] };
const prior = {
  id: 'i-1',
  name: 'a',
  size: 3,
  version: 1,
  zones: ['x', 'y'],
  check: [{ port: 'traffic-port', path: '/' }],
};
/** What Terraform proposes: the configuration, with computed values of before where it says nothing. */
const proposed = (changes: Attributes = {}): Attributes => ({
  ...prior,
  size: null,
  check: [{ port: null, path: '/' }],
  ...changes,
});
const plan = (from: Attributes | null, to: Attributes | null, given: Attributes = config) =>
  planChange(block, behaviour, { prior: from, proposed: to, config: given });

test('a new object: defaults are filled in, what the cloud gives is not known', () => {
  expect(plan(null, { ...config })).toEqual({
    state: {
      id: unknown,
      name: 'a',
      size: 3,
      version: unknown,
      zones: unknown,
      check: [{ port: 'traffic-port', path: unknown }],
    },
    requiresReplace: [],
  });
});

test('nothing changed: the state of before, exactly, also when a set came in another order', () => {
  expect(plan(prior, proposed())).toEqual({ state: prior, requiresReplace: [] });
  expect(plan(prior, proposed({ zones: ['y', 'x'] }), { ...config, zones: ['y', 'x'] })).toEqual({
    state: prior,
    requiresReplace: [],
  });
});

test('a change keeps what is computed and forgets what follows from it', () => {
  expect(plan(prior, proposed({ size: 5 }), { ...config, size: 5 })).toEqual({
    state: { ...prior, size: 5, version: unknown },
    requiresReplace: [],
  });
});

test('a value taken out of the configuration goes back to its default', () => {
  expect(plan({ ...prior, size: 5 }, proposed())).toMatchObject({ state: { size: 3, version: unknown } });
});

test('a change of what names the object is a new object', () => {
  expect(plan(prior, proposed({ name: 'b' }), { ...config, name: 'b' })).toMatchObject({ requiresReplace: ['name'] });
  expect(plan(prior, proposed({ name: unknown }), { ...config, name: unknown })).toMatchObject({
    requiresReplace: ['name'],
  });
});

test('destruction plans nothing', () => {
  expect(plan(prior, null)).toEqual({ state: null, requiresReplace: [] });
});
