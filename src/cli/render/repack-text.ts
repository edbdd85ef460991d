import type { Repacked } from '../../planner/index.ts';
import { counted, tableText } from './table.ts';

/** What packing afresh saves, and what it moves: each move replaces something that runs. */
export function repackText({ before, after, moves }: Repacked, width: number): string {
  const sizes = (['endpoints', 'services', 'listeners'] as const).map(
    (what) => `${before[what]} ${what} become ${after[what]}`,
  );
  if (moves.length === 0) return `Packing afresh moves nothing and saves nothing: ${sizes.join(', ')}.`;
  const rows = moves.map((move) => [move.what, move.name, move.from, move.to]);
  const columns = [{ title: '' }, { title: 'moves' }, { title: 'from' }, { title: 'to' }];
  return [
    `Packing afresh: ${sizes.join(', ')}. ${counted(moves.length, 'move')}; connections to what moves are cut when it is applied.`,
    ...tableText({ noun: 'move', columns, rows }, width),
  ].join('\n');
}
