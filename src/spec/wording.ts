import { maskSecrets } from '../diagnostics/index.ts';

/** Values in messages are cut here: a message names the value, it does not reprint the file. */
const shownCharacters = 60;

/** A value as a message shows it: text in quotes with control characters escaped, collections by their kind, never long. */
export function shown(value: unknown): string {
  if (typeof value === 'string') {
    const safe = maskSecrets(value.slice(0, shownCharacters * 4));
    const cut = value.length > shownCharacters ? `${safe.slice(0, shownCharacters)}…` : safe;
    return escapeControls(JSON.stringify(cut));
  }
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  return typeof value === 'object' ? 'a map' : String(value);
}

/** Control characters and bidirectional marks as `\\u001b`: JSON leaves some as they are, and a terminal would obey them. */
export const escapeControls = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** `['targets', 'orders-db', 'hosts', 1]` as `targets.orders-db.hosts[1]`. The top of the file is `the file`. */
export function pathText(path: readonly (string | number)[]): string {
  const text = path.reduce<string>((sofar, part) => {
    if (typeof part === 'number') return `${sofar}[${part}]`;
    const key = /^[\w.*-]{1,64}$/.test(part) ? part : shown(part);
    return sofar === '' ? key : `${sofar}.${key}`;
  }, '');
  return text === '' ? 'the file' : text;
}

/** `a`, `a or b`, `a, b or c`. */
export const oneOf = (words: readonly string[]): string => joined(words, 'or');

/** `a`, `a and b`, `a, b and c`. */
export const allOf = (words: readonly string[]): string => joined(words, 'and');

function joined(words: readonly string[], conjunction: string): string {
  const last = words.at(-1) ?? 'nothing';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} ${conjunction} ${last}`;
}

/** Names shown of a long list. */
const namesShown = 10;

/** `a, b, c`; of many names the first ones and `…`. */
export function someOf(names: Iterable<string>): string {
  const first: string[] = [];
  for (const name of names) {
    if (first.length === namesShown) return `${first.join(', ')}, …`;
    first.push(name);
  }
  return first.join(', ');
}
