import { type Compared, isNothing } from '../../app/change/index.ts';
import {
  cutRows,
  gainedRows,
  headline,
  lostRows,
  nothingSentence,
  placeRows,
  renameHints,
  replacedRows,
  type Section,
  sectionsOf,
  stillBoundRows,
  stillBoundTitle,
  unchangedAccess,
} from './changes-sections.ts';
import { visible } from './visible.ts';

/** Rows of one list. */
const rowsAtMost = 30;

/** A comment of GitHub may have 65,536 characters; some are left for what the job that writes it adds. */
const charactersAtMost = 65_000;

/**
 * What has changed, for a comment on a pull request. The first line is the access that is lost, where any is; the last one is a
 * comment of HTML, the same for every plan of the spec, by which an earlier comment is found again. Longer than a comment may be, it
 * is cut at a line.
 *
 * @param diffLine The command that shows all of it.
 */
export function changesMarkdown(compared: Compared, diffLine: string): string {
  const { name, changes, notCompared } = compared;
  const mark = `<!-- lakegate diff ${name.replace(/[^a-z0-9]+/g, '-')} -->`;
  const notSeen = folded('Not compared', [{ title: '', rows: notCompared.map((text) => ({ mark: '', text })) }]);
  if (isNothing(changes)) return join([`${escaped(nothingSentence(compared))}.`, notSeen, mark]);
  const { main, details } = sectionsOf(changes);
  const access = [bold('Access lost', lostRows(changes)), bold('Access gained', gainedRows(changes))].filter(Boolean);
  const text = join([
    access.length > 0 ? access.join('\n\n') : unchangedAccess(changes),
    bold(stillBoundTitle, stillBoundRows(changes)),
    renameHints(changes)
      .map((hint) => `${escaped(hint)}.`)
      .join('\n\n'),
    bold('Other places', placeRows(changes)),
    bold('Replaced', replacedRows(changes)),
    bold('Cut', cutRows(changes)),
    `${escaped(headline(compared))}.`,
    ...shownOrFolded(main),
    folded('What follows from them', details),
    notSeen,
  ]);
  return join([cutToComment(text, charactersAtMost - mark.length, diffLine), mark]);
}

/** The lines that a comment has room for, with what they leave open closed, and how many are missing. */
function cutToComment(text: string, most: number, diffLine: string): string {
  if (text.length <= most) return text;
  const lines = text.split('\n');
  const end = (shown: number): string => {
    const missing = lines.slice(shown).filter((line) => line !== '').length;
    return `**${missing.toLocaleString('en')} more lines are left out**, because GitHub takes no longer comment. All of them: \`${diffLine}\``;
  };
  let left = most - end(0).length - '\n\n</details>\n\n'.length;
  let shown = 0;
  for (; shown < lines.length; shown++) {
    left -= (lines[shown] ?? '').length + 1;
    if (left < 0) break;
  }
  const kept = lines.slice(0, shown);
  const isOpen = kept.filter((line) => line.startsWith('<details>')).length > kept.filter(isClosing).length;
  return join([kept.join('\n').trimEnd(), isOpen ? '</details>' : '', end(shown)]);
}

const isClosing = (line: string): boolean => line === '</details>';

/** So few changes are read at once; more are folded. Cost and limits are folded, unless nothing else has changed. */
const shownAtMost = 6;

function shownOrFolded(main: readonly Section[]): readonly string[] {
  const counts = ['Cost per month', 'Limits'];
  const changed = main.filter(({ title }) => !counts.includes(title));
  const isShort = changed.reduce((sum, { rows }) => sum + rows.length, 0) <= shownAtMost;
  if (!isShort) return [folded('All changes', main)];
  if (changed.length === 0 && main.every(({ rows }) => rows.length <= shownAtMost)) return [listed(main)];
  return [
    listed(changed),
    folded(
      'Cost and limits',
      main.filter(({ title }) => counts.includes(title)),
    ),
  ];
}

const join = (parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n\n');

/** One row stands in the line of its title, several below it. */
function bold(title: string, rows: readonly string[]): string {
  const [only] = rows;
  if (only === undefined) return '';
  return rows.length === 1 ? `**${title}:** ${escaped(only)}` : `**${title}:**\n\n${bullets(rows.map(escaped))}`;
}

type Folded = Omit<Section, 'rows'> & { readonly rows: readonly { readonly mark: string; readonly text: string }[] };

function folded(summary: string, sections: readonly Folded[]): string {
  const shown = sections.filter(({ rows }) => rows.length > 0);
  if (shown.length === 0) return '';
  return `<details><summary>${summary}</summary>\n\n${listed(shown)}\n\n</details>`;
}

const listed = (sections: readonly Folded[]): string =>
  sections
    .map(({ title, rows }) => {
      const lines = rows.map(({ mark, text }) => (mark === '' ? escaped(text) : `\`${mark}\` ${escaped(text)}`));
      return `${title === '' ? '' : `**${title}**\n\n`}${bullets(lines)}`;
    })
    .join('\n\n');

function bullets(rows: readonly string[]): string {
  const hidden = rows.length - rowsAtMost;
  const more = hidden > 0 ? [`… and ${hidden.toLocaleString('en')} more`] : [];
  return [...rows.slice(0, rowsAtMost), ...more].map((row) => `- ${row}`).join('\n');
}

/**
 * Names and paths are shown as they are, whatever Markdown and the page would make of them: no emphasis, element, entity, list or
 * link, and nobody is mentioned.
 */
const escaped = (text: string): string =>
  visible(text)
    .replace(/&/g, '&amp;')
    .replace(/[\\`*_[\]<>|~#]/g, '\\$&')
    .replace(/^([-+=])|^(\d+)(?=[.)])/, '$2\\$1')
    .replace(/@/g, '@\u200b')
    .replace(/:\/\//g, ':\u200b//')
    .replace(/\bwww\./gi, '$&\u200b');
