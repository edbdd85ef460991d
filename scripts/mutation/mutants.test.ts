import { transformSync } from 'rolldown/utils';
import { expect, test } from 'vitest';
import { instrument } from './mutants.ts';
import { createSwitch, StepBudgetError } from './switch.ts';

const changes = (text: string): string[] =>
  instrument('a.ts', text, 1).mutants.map(
    ({ operator, original, replacement }) => `${operator}: ${original} → ${replacement}`,
  );

test.each<[string, string[]]>([
  [
    'export const f = (a: number) => { if (a < b) c(); };',
    ['comparison: a < b → a <= b', 'condition: a < b → true', 'condition: a < b → false', 'removed: c(); → '],
  ],
  ['export const f = (a: A) => a === b;', ['comparison: a === b → a !== b', 'return: a === b → undefined']],
  ['export const x = a && b;', ['logic: a && b → a || b']],
  ['export const x = a ?? b;', ['default: a ?? b → a', 'default: a ?? b → b']],
  ['export const x = a ? b : c;', ['condition: a → true', 'condition: a → false']],
  ['export const x = !a;', ['negation: !a → a']],
  ['export const x = a + 1;', ['arithmetic: a + 1 → a - 1', 'literal: 1 → 1 + 1']],
  ["export const x = a + 'b';", ["literal: 'b' → ''"]],
  ["export const x = 'two words';", []],
  [`export const x = \`two \${a} words\`;`, []],
  ['export const f = () => false;', ['literal: false → true']],
  ['export const x = [a];', ['array: [a] → []']],
  ['export const x = /a/;', ['literal: /a/ → /(?!)/', 'literal: /a/ → /(?:)/']],
  ['export const x = a.some(b);', ['method: a.some(b) → a.every(b)']],
  ['export const x = a.filter(b);', ['method: a.filter(b) → a']],
  ['export const x = a?.filter(b);', []],
  ['while (a) b();', ['condition: a → false', 'removed: b(); → ']],
  [
    'function f() { a(); return b; }',
    ['body: { a(); return b; } → return undefined;', 'removed: a(); → ', 'return: return b; → return undefined;'],
  ],
  ["import { a } from './b.ts'; export { c } from './d.ts'; export type E = 'f' | 1;", []],
  ['const x: Record<string, 1> = { a };', []],
  ["export const x = { 'content-type': a, 200: b };", []],
  ['switch (a) { default: a satisfies never; }', []],
])('%s', (text, expected) => {
  expect(changes(text).sort()).toEqual([...expected].sort());
});

/** Runs the body of a function under a mutant; 0 is none. */
function outcome(body: string, active: number): unknown {
  const { text, mutants } = instrument('a.ts', `function f(a: number, list: readonly number[]) { ${body} }`, 1);
  const on = createSwitch(mutants.length);
  on.set(active, 1_000);
  const { code, errors } = transformSync(
    'a.ts',
    `${text}; return f(2, [1, 2, 3]);`.replace(/^const __mutation = [^;]*;/, ''),
  );
  expect(errors).toEqual([]);
  try {
    return new Function('__mutation', code)(on) as unknown;
  } catch (error) {
    return error;
  }
}

const body = `
  let sum = 0;
  for (const one of list) if (one > a) sum += one; else if (one === a) continue; else sum += 10;
  const { length = 5 } = list;
  return sum + (list.some((one) => one > 2) && length === 3 ? 100 : 0);
`;

test('with no mutant on, the code does what it did', () => {
  expect(outcome(body, 0)).toBe(113);
});

test('each mutant that is on changes the code in its one place', () => {
  const { mutants } = instrument('a.ts', `function f(a: number, list: readonly number[]) { ${body} }`, 1);
  const outcomes = new Map(
    mutants.map(({ id, original, replacement }) => [`${original} → ${replacement}`, outcome(body, id)]),
  );
  expect(outcomes.get('one > a → one >= a')).toBe(115);
  expect(outcomes.get('sum += one → sum -= one')).toBe(107);
  expect(outcomes.get('list.some((one) => one > 2) && length === 3 → false')).toBe(13);
  expect(outcomes.get('100 → 100 + 1')).toBe(114);
  expect(
    outcomes.get('return sum + (list.some((one) => one > 2) && length === 3 ? 100 : 0); → return undefined;'),
  ).toBe(undefined);
});

test('a loop that a mutant made endless is stopped by the number of places that it passes', () => {
  const endless = 'let i = 0; while (i < a) i += 1; return i;';
  const { mutants } = instrument('a.ts', `function f(a: number, list: readonly number[]) { ${endless} }`, 1);
  const id = mutants.find(({ replacement }) => replacement === 'i -= 1')?.id ?? 0;
  expect(outcome(endless, 0)).toBe(2);
  expect(outcome(endless, id)).toBeInstanceOf(StepBudgetError);
});

test('what is passed is recorded, each place once, with the number of steps', () => {
  const on = createSwitch(5);
  on.record();
  for (const id of [3, 1, 3]) on.on(id);
  expect(on.recorded()).toEqual({ ids: [1, 3], steps: 3 });
  on.on(5);
  on.record();
  expect(on.recorded()).toEqual({ ids: [], steps: 0 });
});
