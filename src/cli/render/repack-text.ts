import type { Repacked } from '../../app/planning/index.ts';
import { counted } from '../../diagnostics/index.ts';
import { tableText } from './table.ts';

/** What a plan without the lock saves, and what it moves: each move replaces something that runs. */
export function repackText({ saves, moves }: Repacked, width: number): string {
  const saved = `${counted(saves.endpoints, 'endpoint')}, ${counted(saves.services, 'endpoint service')}, ${counted(saves.listeners, 'listener')}`;
  if (moves.length === 0) return `A plan without the lock saves ${saved}, and moves nothing.`;
  const rows = moves.map((move) => [move.what, move.name, move.from, move.to]);
  const columns = [{ title: '' }, { title: 'moves' }, { title: 'from' }, { title: 'to' }];
  return [
    `A plan without the lock saves ${saved}, and moves ${moves.length.toLocaleString('en')}; applying it cuts the connections to what moves.`,
    ...tableText({ noun: 'move', columns, rows }, width),
  ].join('\n');
}
