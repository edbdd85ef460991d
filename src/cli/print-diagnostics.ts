import type { Lines } from '../app/planning/index.ts';
import { maskSecrets, type PlacedDiagnostic, type Severity } from '../diagnostics/index.ts';
import type { Context } from './context.ts';
import { fold } from './render/table.ts';
import { visible, visibleLines } from './render/visible.ts';

/** More are counted, not shown: the first ones are what a person reads. `--json` has all. */
const shownAtMost = 100;

/**
 * Diagnostics for a person, to standard error: place, severity, code and message, the line with a caret, the hint;
 * at the end how many there are. Colour on a terminal only. Prints nothing when there are none.
 */
export function printDiagnostics(
  diagnostics: readonly PlacedDiagnostic[],
  lines: Lines | undefined,
  context: Context,
): void {
  if (diagnostics.length === 0) return;
  const paint = context.isTerminal ? colours : plain;
  const groups = grouped(diagnostics);
  for (const group of groups.slice(0, shownAtMost)) {
    context.note(diagnosticText(group.first, lines, paint, context.columns));
    for (const row of othersText(group, context.columns)) context.note(row);
    context.note('');
  }
  const hidden = groups.slice(shownAtMost).reduce((sum, { others }) => sum + 1 + others.length, 0);
  if (hidden > 0) context.note(`and ${hidden} more: lakegate check --json prints all\n`);
  context.note(countText(diagnostics));
}

interface Group {
  readonly first: PlacedDiagnostic;
  readonly others: readonly PlacedDiagnostic[];
}

/** Errors one by one. Warnings and notes of one code with one hint say the same of several places: they are told once. */
function grouped(diagnostics: readonly PlacedDiagnostic[]): readonly Group[] {
  const groups = new Map<string, { first: PlacedDiagnostic; others: PlacedDiagnostic[] }>();
  diagnostics.forEach((each, at) => {
    const key = each.severity === 'error' ? `error ${at}` : JSON.stringify([each.code, each.file, each.hint]);
    const group = groups.get(key);
    if (group) group.others.push(each);
    else groups.set(key, { first: each, others: [] });
  });
  return [...groups.values()];
}

/** Other places of the same warning, each with its line. */
const othersAtMost = 5;

function othersText({ first, others }: Group, columns: number): readonly string[] {
  const rest = others.filter(({ line, message }) => line !== first.line || message !== first.message);
  const hidden = rest.length - othersAtMost;
  const told = rest.slice(0, othersAtMost).map(({ line, message }) => `line ${line}: ${visible(message)}`);
  return [...told, ...(hidden > 0 ? [`${hidden} more; --json has all`] : [])].flatMap((text) =>
    fold(`also ${text}`, columns - 2).map((row, at) => `  ${at === 0 ? '' : '  '}${row}`),
  );
}

/** `2 errors, 1 warning`; severities that are not there are left out, and nothing at all is `no problems`. */
function countText(diagnostics: readonly PlacedDiagnostic[]): string {
  const counts = (['error', 'warning', 'note'] as const).map((severity) => {
    const count = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? '' : 's'}`];
  });
  return counts.flat().join(', ') || 'no problems';
}

type Paint = (style: Severity | 'faint' | 'bold', text: string) => string;

const plain: Paint = (_, text) => text;

const sgr = { error: '31;1', warning: '33;1', note: '36;1', faint: '2', bold: '1' } as const;

const colours: Paint = (style, text) => `\u001b[${sgr[style]}m${text}\u001b[0m`;

function diagnosticText(diagnostic: PlacedDiagnostic, lines: Lines | undefined, paint: Paint, columns: number): string {
  const { file, line, column, severity, code, message, hint } = diagnostic;
  const text = lines?.line(line, file);
  // A file that could not be read has no lines to point at.
  const place = visible(text === undefined ? file : `${file}:${line}:${column}`);
  const head = `${paint('bold', place)}  ${paint(severity, severity)} ${code} ${visibleLines(message)}`;
  const shown =
    text === undefined || text.trim() === '' ? [] : excerpt(maskSecrets(text), line, column, columns, paint);
  return [head, ...shown, ...(hint === undefined ? [] : [`  ${paint('faint', 'hint:')} ${visibleLines(hint)}`])].join(
    '\n',
  );
}

/** The line and a caret below it, both cut to the terminal around the column. */
function excerpt(text: string, line: number, column: number, columns: number, paint: Paint): readonly string[] {
  const gutter = `  ${line} | `;
  const width = Math.max(20, columns - gutter.length - 1);
  const start = column - 1 < width - 10 ? 0 : column - 1 - Math.floor(width / 2);
  const cut = text.slice(start, start + width).replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff]/gu, ' ');
  const before = start > 0 ? `…${cut.slice(1)}` : cut;
  const whole = start + width < text.length ? `${before.slice(0, -1)}…` : before;
  const caret = ' '.repeat(column - 1 - start);
  return [
    `${paint('faint', gutter)}${whole}`,
    `${paint('faint', `${' '.repeat(gutter.length - 2)}| `)}${caret}${paint('error', '^')}`,
  ];
}
