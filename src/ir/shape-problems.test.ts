import { expect, test } from 'vitest';
import { z } from 'zod';
import { shapeProblems } from './shape-problems.ts';

const shape = z.strictObject({
  version: z.literal(1),
  text: z.string().max(3),
  number: z.number().min(2),
  list: z.array(z.enum(['a', 'b'])).max(2),
  flag: z.boolean().optional(),
  line: z
    .string()
    .regex(/^[a-z]*$/)
    .optional(),
  own: z.string('is not a name').optional(),
  form: z
    .discriminatedUnion('by', [z.strictObject({ by: z.literal('x') }), z.strictObject({ by: z.literal('y') })])
    .optional(),
});

const right = { version: 1, text: 'abc', number: 2, list: ['a'] };

test.each<[value: unknown, says: readonly string[]]>([
  [right, []],
  ['nope', ['the file: "nope" is not an object']],
  [null, ['the file: null is not an object']],
  [{ ...right, version: 2 }, ['version: 2 is not the version that this release reads, 1']],
  [{ ...right, version: undefined }, ['version is missing']],
  [{ ...right, text: 7 }, ['text: 7 is not text']],
  [{ ...right, text: 'abcd' }, ['text has 4 characters; the maximum is 3']],
  [{ ...right, number: 1 }, ['number is 1; the minimum is 2']],
  [{ ...right, list: ['c'] }, ['list.0: "c" is not "a" or "b"']],
  [{ ...right, list: {} }, ['list: {} is not a list']],
  [{ ...right, list: ['a', 'b', 'a'] }, ['list has 3 entries; the maximum is 2']],
  [{ ...right, flag: 'yes' }, ['flag: "yes" is not true or false']],
  [{ ...right, line: 'A' }, ['line: "A" has characters that are not allowed']],
  [{ ...right, own: 7 }, ['own: 7 is not a name']],
  [{ ...right, form: { by: 'z' } }, ['form.by: "z" has none of the forms that it may have']],
  [{ ...right, extra: 1 }, ['the file has a field that is not known: "extra"']],
  [{ ...right, extra: 1, more: 2 }, ['the file has fields that are not known: "extra", "more"']],
])('%j: %j', (value, says) => {
  const { error } = shape.safeParse(value);
  expect(error ? shapeProblems(error, value).map(({ message }) => message) : []).toEqual(says);
});
