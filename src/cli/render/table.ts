import { counted } from '../../diagnostics/index.ts';

/** Rows shown of a long table; the rest is counted, and `--json` has all. */
export const rowsAtMost = 40;
/** Lines shown of one cell. */
const linesAtMost = 12;

/** A cell: one line, or several. */
export type Cell = string | readonly string[];

export interface Table {
  readonly columns: readonly { readonly title: string; readonly align?: 'right' }[];
  readonly rows: readonly (readonly Cell[])[];
  /** What a row is, for the line that counts the hidden ones: `target`. */
  readonly noun: string;
}

/**
 * Aligned columns, two blanks apart, the last one ragged; long tables and long cells are cut and say by how much.
 * Work grows with what is shown, not with what there is.
 *
 * @param columns Width to stay within: lines of the last column are folded at blanks.
 */
export function tableText({ columns, rows, noun }: Table, width = 120): readonly string[] {
  const shown = rows.slice(0, rowsAtMost).map((row) => row.map(linesOf));
  const widths = columns.map(({ title }, i) =>
    Math.max(title.length, ...shown.map((row) => Math.max(0, ...(row[i] ?? []).map((line) => line.length)))),
  );
  const before = widths.slice(0, -1).reduce((sum, each) => sum + each + 2, indent.length);
  const room = Math.max(30, width - before);
  const lines = [
    line(
      columns.map(({ title }) => title.toUpperCase()),
      { columns, widths },
    ),
  ];
  for (const row of shown) {
    const folded = row.map((cell, i) => (i === columns.length - 1 ? cell.flatMap((text) => fold(text, room)) : cell));
    const height = Math.max(...folded.map((cell) => cell.length));
    for (let at = 0; at < height; at++)
      lines.push(
        line(
          folded.map((cell) => cell[at] ?? ''),
          { columns, widths },
        ),
      );
  }
  const hidden = rows.length - shown.length;
  if (hidden > 0) lines.push(`${indent}… and ${counted(hidden, `more ${noun}`)} (--json has all)`);
  return lines;
}

const indent = '  ';

function linesOf(cell: Cell): readonly string[] {
  if (typeof cell === 'string') return [cell];
  if (cell.length <= linesAtMost) return cell.length === 0 ? [''] : cell;
  return [...cell.slice(0, linesAtMost - 1), `… and ${(cell.length - linesAtMost + 1).toLocaleString('en')} more`];
}

function line(
  cells: readonly string[],
  { columns, widths }: { readonly columns: Table['columns']; readonly widths: readonly number[] },
): string {
  const padded = cells.map((cell, i) => {
    const width = widths[i] ?? 0;
    if (columns[i]?.align === 'right') return cell.padStart(width);
    return i === cells.length - 1 ? cell : cell.padEnd(width);
  });
  return `${indent}${padded.join('  ')}`.trimEnd();
}

/** Breaks a line at blanks; a word that is too long stays whole. */
export function fold(text: string, width: number): readonly string[] {
  if (text.length <= width) return [text];
  const lines: string[] = [];
  let at = '';
  for (const word of text.split(' ')) {
    if (at !== '' && at.length + 1 + word.length > width) {
      lines.push(at);
      at = word;
    } else at = at === '' ? word : `${at} ${word}`;
  }
  return [...lines, at];
}

/** The first of a list in one line, and how many are left out. */
export function some(items: readonly string[], most = 6): string {
  const shown = items.slice(0, most).join(', ');
  return items.length > most ? `${shown} and ${(items.length - most).toLocaleString('en')} more` : shown;
}

/** Dollars with cents, or that no price is published. */
export const usd = (amount: number | 'unknown'): string =>
  amount === 'unknown'
    ? 'unknown'
    : `$${amount.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
