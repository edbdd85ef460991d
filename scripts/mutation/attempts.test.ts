import { expect, test } from 'vitest';
import { TestAttempts } from './attempts.ts';

const covered = { index: 0, name: 'a test', ms: 10, costMs: 10, steps: 5, ids: [1, 2, 3] };

type Outcome = 'passes' | 'fails' | 'hangs' | 'passes slowly';

/** Plays the attempts of a test: what it does unchanged (one after the other), and under each mutant. */
function play(unchanged: readonly Outcome[], under: Readonly<Record<number, Outcome>>) {
  const attempts = new TestAttempts(covered, covered.ids);
  const left = [...unchanged];
  const seen: string[] = [];
  const killed: string[] = [];
  const ends = { isSpoiled: false, isUnusable: false };
  for (let next = attempts.begin(); next !== undefined; next = attempts.next && attempts.begin()) {
    const outcome = (next.is === 'mutant' ? under[next.id] : left.shift()) ?? 'passes';
    seen.push(next.is === 'mutant' ? String(next.id) : 'unchanged');
    if (outcome === 'hangs') attempts.hangs();
    const hasFailed = outcome === 'fails' || outcome === 'hangs';
    const verdict = attempts.end({ hasFailed, isOver: false, ms: outcome === 'passes slowly' ? 1_900 : 10 });
    killed.push(...verdict.killed.map(({ id, how }) => `${id} ${how}`));
    ends.isSpoiled ||= verdict.isSpoiled;
    ends.isUnusable ||= verdict.isUnusable;
  }
  return { seen, killed, ...ends };
}

test('each mutant has its turn, and the unchanged code again after one that fails', () => {
  expect(play([], { 2: 'fails' })).toEqual({
    seen: ['unchanged', '1', '2', 'unchanged', '3'],
    killed: ['2 failed'],
    isSpoiled: false,
    isUnusable: false,
  });
});

test('a test that fails unchanged judges no mutant', () => {
  expect(play(['fails'], {})).toMatchObject({ seen: ['unchanged'], killed: [], isUnusable: true });
});

test('where the unchanged code fails after a mutant, a mutant before may be to blame: another process judges it', () => {
  expect(play(['passes', 'fails'], { 2: 'fails' })).toMatchObject({ killed: [], isSpoiled: true });
});

test('the first mutant of a process is to blame itself, whatever it left behind', () => {
  expect(play(['passes', 'fails'], { 1: 'fails' })).toMatchObject({ killed: ['1 failed'], isSpoiled: true });
});

test('a mutant that hangs is killed; on a machine that is slow at that moment only the second time', () => {
  expect(play([], { 1: 'hangs' }).killed).toEqual(['1 hung']);
  expect(play(['passes', 'passes slowly', 'passes'], { 1: 'hangs' })).toMatchObject({
    seen: ['unchanged', '1', 'unchanged', '2', '3', '1', 'unchanged'],
    killed: ['1 hung'],
  });
});
