import type { Repacked } from '../../app/planning/index.ts';
import { counted } from '../../diagnostics/index.ts';
import { tableText } from './table.ts';

/** What packing afresh saves, and what it moves: each move replaces something that runs. */
export function repackText({ saves, moves }: Repacked, width: number): string {
  const saved = `${counted(saves.endpoints, 'endpoint')}, ${counted(saves.services, 'endpoint service')}, ${counted(saves.listeners, 'listener')}`;
  if (moves.length === 0) return `Packing afresh moves nothing; it saves ${saved}.`;
  const rows = moves.map((move) => [move.what, move.name, move.from, move.to]);
  const columns = [{ title: '' }, { title: 'moves' }, { title: 'from' }, { title: 'to' }];
  return [
    `Packing afresh saves ${saved}, and moves ${moves.length.toLocaleString('en')}; connections to what moves are cut when it is applied.`,
    ...tableText({ noun: 'move', columns, rows }, width),
  ].join('\n');
}
