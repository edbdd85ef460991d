import { expect, test } from 'vitest';
import { specOf, target } from '../../../test/planner/specs.ts';
import { defaultFacts } from '../../facts/index.ts';
import { makePlan } from '../../planner/index.ts';
import { planText } from './plan-text.ts';
import { fold, rowsAtMost, tableText } from './table.ts';

const look = { width: 100, heading: (text: string) => text, isLocked: false };

test('a large plan is summed up: what is shown does not grow with it', () => {
  const text = (count: number): string => {
    const names = Array.from({ length: count }, (_, i) => `t${i}`);
    const { plan } = makePlan(
      specOf({
        limits: { domains_per_rule: 100, endpoints_per_region: 1000, nlbs_per_region: 1000 },
        targets: names.map((name) => target('https', { name })),
        access: [[['w'], ['*']]],
      }),
      defaultFacts,
    );
    if (!plan) throw new Error('no plan');
    return planText(plan, look);
  };
  const [some, many] = [text(200), text(2000)];
  // Twenty rules instead of two, each cut after some names: nothing else is longer.
  expect(many.split('\n').length).toBeLessThan(some.split('\n').length + 20 * 14 + 20);
  expect(many).toContain('… and 1,960 more targets (--json has all)');
  expect(Math.max(...many.split('\n').map((line) => line.length))).toBeLessThan(240);
});

test('a table aligns, folds its last column, and counts what it hides', () => {
  const rows = Array.from({ length: rowsAtMost + 2 }, (_, i) => [
    `k${i}`,
    String(i),
    'a sentence that is far too long to stay on one line',
  ]);
  const lines = tableText(
    { noun: 'entry', columns: [{ title: 'key' }, { title: 'n', align: 'right' }, { title: 'why' }], rows },
    40,
  );
  expect(lines.slice(0, 3)).toEqual([
    '  KEY   N  WHY',
    '  k0    0  a sentence that is far too',
    '           long to stay on one line',
  ]);
  expect(lines.at(-1)).toBe('  … and 2 more entries (--json has all)');
});

test.each([
  ['one two three', 7, ['one two', 'three']],
  ['averyveryverylongword x', 5, ['averyveryverylongword', 'x']],
  ['', 5, ['']],
])('folding %j at %i', (text, width, want) => {
  expect(fold(text, width)).toEqual(want);
});
