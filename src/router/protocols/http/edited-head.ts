import { fromLatin1, latin1 } from '../bytes.ts';
import type { RequestHead } from './head.ts';

/** What is changed in a head before it is passed on. Everything else stays byte for byte. */
export interface HeadEdits {
  /** In place of the target as sent: a path with its query. */
  readonly target?: string;
  /** Fields that are left out, in lower case. */
  readonly without?: readonly string[];
  /** Lines that are added as the last ones. */
  readonly add?: readonly string[];
}

/** A head with changes; the same bytes where there are none. */
export function editedHead(head: Uint8Array, { target, without = [], add = [] }: HeadEdits): Uint8Array {
  if (target === undefined && without.length === 0 && add.length === 0) return head;
  const [firstLine = '', ...lines] = latin1(head).slice(0, -4).split('\r\n');
  const first = target === undefined ? firstLine : firstLine.replace(/ .* /, () => ` ${target} `);
  const kept = without.length === 0 ? lines : lines.filter((line) => !without.includes(nameOf(line)));
  return fromLatin1(`${[first, ...kept, ...add].join('\r\n')}\r\n\r\n`);
}

const nameOf = (line: string): string => line.slice(0, line.indexOf(':')).toLowerCase();

/** The query of a target with its question mark, as it was sent; empty if there is none. */
export function queryOf({ target }: Pick<RequestHead, 'target'>): string {
  const at = target.indexOf('?');
  return at < 0 ? '' : target.slice(at);
}
