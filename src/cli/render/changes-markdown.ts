import { type Compared, isNothing } from '../../app/change/index.ts';
import {
  gainedRows,
  headline,
  lostRows,
  nothingSentence,
  replacedRows,
  type Section,
  sectionsOf,
} from './changes-sections.ts';

/** Rows of one list. A comment of GitHub may have 65,536 characters. */
const rowsAtMost = 30;

/**
 * What has changed, for a comment on a pull request. The first line is the access that is lost, where any is; the last one is a
 * comment of HTML, the same for every plan of the spec, by which an earlier comment is found again.
 */
export function changesMarkdown(compared: Compared): string {
  const { name, changes, notCompared } = compared;
  const mark = `<!-- lakegate diff ${name.replace(/[^a-z0-9-]/g, '')} -->`;
  const notSeen = folded('Not compared', [{ title: '', rows: notCompared.map((text) => ({ mark: '', text })) }]);
  if (isNothing(changes)) return join([`${escaped(nothingSentence(compared))}.`, notSeen, mark]);
  const { main, details } = sectionsOf(changes);
  const access = [bold('Access lost', lostRows(changes)), bold('Access gained', gainedRows(changes))].filter(Boolean);
  return join([
    access.length > 0 ? access.join('\n\n') : 'No workspace gains or loses access.',
    bold('Replaced', replacedRows(changes)),
    `${escaped(headline(compared))}.`,
    folded('All changes', main),
    folded('What follows from them', details),
    notSeen,
    mark,
  ]);
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
  const body = shown.map(({ title, rows }) => {
    const lines = rows.map(({ mark, text }) => (mark === '' ? escaped(text) : `\`${mark}\` ${escaped(text)}`));
    return `${title === '' ? '' : `**${title}**\n\n`}${bullets(lines)}`;
  });
  return `<details><summary>${summary}</summary>\n\n${body.join('\n\n')}\n\n</details>`;
}

function bullets(rows: readonly string[]): string {
  const hidden = rows.length - rowsAtMost;
  const more = hidden > 0 ? [`… and ${hidden.toLocaleString('en')} more`] : [];
  return [...rows.slice(0, rowsAtMost), ...more].map((row) => `- ${row}`).join('\n');
}

/** Names and paths are shown as they are, whatever Markdown would make of them. */
const escaped = (text: string): string => text.replace(/[\\`*_[\]<>|~#]/g, '\\$&').replace(/[\r\n]+/g, ' ');
