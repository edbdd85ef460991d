import { type Changes, type Compared, isNothing } from '../../app/change/index.ts';
import {
  cutRows,
  gainedRows,
  headline,
  lostRows,
  newNames,
  nothingSentence,
  placeRows,
  renamedRows,
  renameHints,
  replacedRows,
  type Section,
  sectionsOf,
  stillBoundRows,
  stillBoundTitle,
  unchangedAccess,
} from './changes-sections.ts';
import { fold, rowsAtMost } from './table.ts';
import { visible } from './visible.ts';

export interface ChangesLook {
  /** Columns of the terminal. */
  readonly width: number;
  readonly heading: (text: string) => string;
}

/** What a plan shows of its changes, above itself: access, renames, what is replaced and cut, and how much else there is. */
export function changesSummary(compared: Compared, look: ChangesLook & { readonly diffLine: string }): string {
  const { changes, base } = compared;
  if (isNothing(changes)) return visible(nothingSentence(compared));
  const parts = [
    [...fold(visible(headline(compared)), look.width), ...accessStays(changes, look)],
    ...loudSections(changes, look),
    section({ title: newNames, rows: renamedRows(changes) }, look),
    [`${look.diffLine} shows each change${base.is === 'lock' ? ', and what a lock does not hold' : ''}`],
  ].filter((lines) => lines.length > 0);
  return parts.map((lines) => lines.join('\n')).join('\n\n');
}

/** What has changed, for a person at a terminal: access first, then what is replaced and cut, then everything else. */
export function changesText(compared: Compared, look: ChangesLook): string {
  const { changes, notCompared } = compared;
  const notSeen = section({ title: 'Not compared', rows: plain(notCompared) }, look);
  if (isNothing(changes)) return [visible(nothingSentence(compared)), ...notSeen].join('\n');
  const { main, details } = sectionsOf(changes);
  const parts = [
    [...fold(visible(headline(compared)), look.width), ...accessStays(changes, look)],
    ...loudSections(changes, look),
    ...main.map((each) => section(each, look)),
    ...details.map((each) => section({ ...each, title: `What follows: ${each.title}` }, look)),
    notSeen,
  ].filter((lines) => lines.length > 0);
  return parts.map((lines) => lines.join('\n')).join('\n\n');
}

const accessStays = (changes: Changes, { width }: ChangesLook): readonly string[] =>
  changes.access.lost.length + changes.access.gained.length === 0 ? ['', ...fold(unchangedAccess(changes), width)] : [];

const loudSections = (changes: Changes, look: ChangesLook): readonly (readonly string[])[] => [
  section({ title: 'Access lost', rows: plain(lostRows(changes)) }, look),
  section({ title: 'Access gained', rows: plain(gainedRows(changes)) }, look),
  section({ title: stillBoundTitle, rows: plain(stillBoundRows(changes)) }, look),
  renameHints(changes).flatMap((hint) => fold(visible(hint), look.width)),
  section({ title: 'Other places: what a target is reached at', rows: plain(placeRows(changes)) }, look),
  section({ title: 'Replaced: destroyed and made again', rows: plain(replacedRows(changes)) }, look),
  section({ title: 'Cut: connections that break', rows: plain(cutRows(changes)) }, look),
];

type PlainRow = { readonly mark: string; readonly text: string };

const plain = (rows: readonly string[]): readonly PlainRow[] => rows.map((text) => ({ mark: '', text }));

function section(
  { title, rows }: Omit<Section, 'rows'> & { readonly rows: readonly PlainRow[] },
  { width, heading }: ChangesLook,
): readonly string[] {
  if (rows.length === 0) return [];
  const hidden = rows.length - rowsAtMost;
  return [
    heading(title),
    ...rows.slice(0, rowsAtMost).flatMap(({ mark, text }) => {
      const first = mark === '' ? '  ' : `  ${mark} `;
      return fold(visible(text), width - first.length).map(
        (line, at) => `${at === 0 ? first : ' '.repeat(first.length + 2)}${line}`,
      );
    }),
    ...(hidden > 0 ? [`  … and ${hidden.toLocaleString('en')} more (--json has all)`] : []),
  ];
}
