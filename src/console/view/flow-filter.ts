import type { FlowRow } from './flow-row.ts';

/** What the list is narrowed to. An empty text asks for nothing. */
export interface FlowFilter {
  /** Words, each of which stands in `METHOD host/path?query`; one that begins with `!` does not. Case does not matter. */
  readonly text: string;
  readonly target: string;
  readonly workspace: string;
  /** `4xx`, `404`, `refused` (by the router), `unanswered`, or the code of a refusal. */
  readonly status: string;
}

export const everything: FlowFilter = { text: '', target: '', workspace: '', status: '' };

/** A row with the text that words are looked for in. */
export interface ListedRow {
  readonly row: FlowRow;
  readonly searched: string;
}

export const listed = (row: FlowRow): ListedRow => ({
  row,
  searched: `${row.method} ${row.host}${row.path}${row.query === undefined ? '' : `?${row.query}`}`.toLowerCase(),
});

/** The test of a filter: made once, asked for each row. */
export function matcher({ text, target, workspace, status }: FlowFilter): (one: ListedRow) => boolean {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '!');
  const wanted = words.filter((word) => !word.startsWith('!'));
  const unwanted = words.filter((word) => word.startsWith('!')).map((word) => word.slice(1));
  const ofStatus = statusMatcher(status);
  return ({ row, searched }) =>
    (target === '' || row.target === target) &&
    (workspace === '' || row.workspaces.includes(workspace)) &&
    ofStatus(row) &&
    wanted.every((word) => searched.includes(word)) &&
    !unwanted.some((word) => searched.includes(word));
}

function statusMatcher(status: string): (row: FlowRow) => boolean {
  if (status === '') return () => true;
  if (status === 'refused') return (row) => row.code !== undefined;
  if (status === 'unanswered') return (row) => row.status === undefined;
  if (/^[1-9]xx$/.test(status)) return (row) => Math.floor((row.status ?? 0) / 100) === Number(status[0]);
  if (/^\d{3}$/.test(status)) return (row) => row.status === Number(status);
  return (row) => row.code === status;
}

/** A filter as the query of an address, and back. */
export const filterQuery = (filter: FlowFilter): string =>
  new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== '')).toString();

export const filterOf = (query: URLSearchParams): FlowFilter => ({
  text: query.get('text') ?? '',
  target: query.get('target') ?? '',
  workspace: query.get('workspace') ?? '',
  status: query.get('status') ?? '',
});
