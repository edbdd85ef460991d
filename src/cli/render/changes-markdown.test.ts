import { expect, test } from 'vitest';
import { noChanges } from '../../../test/support/no-changes.ts';
import type { Changes, Compared, Line } from '../../app/change/index.ts';
import { changesMarkdown } from './changes-markdown.ts';

const line = (area: Line['area'], text: string, isDetail = false): Line => ({
  area,
  is: 'added',
  text,
  paths: [],
  effect: { is: 'in-place' },
  isDetail,
});

const compared = (changes: Partial<Changes>): Compared => ({
  name: 'acme',
  base: { is: 'revision', name: 'main' },
  notCompared: [],
  changes: { ...noChanges, ...changes },
});

const lines = (length: number): readonly Line[] =>
  (['targets', 'nccs', 'services', 'networks', 'hub', 'router'] as const).flatMap((area) =>
    Array.from({ length: 30 }, (_, at) => line(area, `${at} `.padEnd(length, 'x'), area === 'router')),
  );

test('a comment that would be too long is cut at a line, with its folds closed, what is missing, and the command that shows it', () => {
  const whole = changesMarkdown(compared({ lines: lines(300) }), 'lakegate diff main');
  expect(whole).not.toContain('left out');
  const rows = (text: string): readonly string[] => text.split('\n').filter((each) => each.startsWith('- `+`'));
  expect(rows(whole)).toHaveLength(180);
  for (const length of [370, 400, 420, 600, 2000]) {
    const text = changesMarkdown(compared({ lines: lines(length) }), 'lakegate diff main');
    expect(text.length).toBeLessThan(65_536);
    expect(text.length).toBeGreaterThan(60_000);
    expect(text.split('<details>').length).toBe(text.split('</details>').length);
    expect(new Set(rows(text).map((each) => each.length)).size).toBeLessThan(3);
    const end = text.split('\n').slice(-3);
    expect(end[0]).toMatch(
      /^\*\*\d+ more lines are left out\*\*, because GitHub .* All of them: `lakegate diff main`$/,
    );
    expect(end[2]).toBe('<!-- lakegate diff acme -->');
    const left = Number(/\*\*(\d+) more/.exec(text)?.[1]);
    expect(left).toBeGreaterThanOrEqual(180 - rows(text).length);
    expect(left).toBeLessThan(180 - rows(text).length + 12);
  }
});

test('the access of a workspace with many targets has several rows, so that one of them is no longer than a comment', () => {
  const lost = Array.from({ length: 120 }, (_, at) => ({ workspace: 'w', target: `t${at}` }));
  const text = changesMarkdown(compared({ access: { lost, gained: [] }, lines: lines(10) }), '');
  expect(text.match(/^- w no longer reaches /gm)).toHaveLength(3);
  expect(text).toContain(', t119');
});

test('a limit is told of above where its value is another one, or where something is nearly full now', () => {
  const headline = (limits: Changes['limits']) => changesMarkdown(compared({ limits }), '').split('\n\n')[1];
  const of = (used: number, most = 10) => ({ used, of: most });
  const region = { limit: 'nccs_per_region', scope: 'region' } as const;
  expect(headline([{ ...region, before: of(2), after: of(3) }])).not.toContain('limit');
  expect(headline([{ ...region, before: of(7), after: of(8) }])).toContain(': 1 limit nearly full now.');
  expect(headline([{ ...region, before: of(8), after: of(9) }])).not.toContain('limit');
  expect(headline([{ ...region, after: of(8) }])).toContain('1 limit nearly full');
  expect(headline([{ ...region, after: of(1, 1) }])).not.toContain('limit');
  expect(headline([{ ...region, before: of(8) }])).not.toContain('limit');
  const rule = { limit: 'domains_per_rule', scope: 'rule r-1' } as const;
  expect(headline([{ ...rule, before: of(7), after: of(10) }])).not.toContain('limit');
  expect(
    headline([
      { ...rule, before: of(7), after: of(7, 20) },
      { ...rule, scope: 'rule r-2', before: of(7), after: of(7, 20) },
    ]),
  ).toContain(': 1 limit with another value.');
});
