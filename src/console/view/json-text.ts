/** A piece of an indented text. `plain`: punctuation, numbers, words and white space. */
export interface JsonPiece {
  readonly kind: 'key' | 'string' | 'plain';
  readonly text: string;
}

const token = /\s+|"(?:[^"\\]|\\[\s\S])*"?|[{}[\],:]|[^\s"{}[\],:]+/y;

/** Levels that are indented: a deeper one begins where this one does, so that a hostile body does not grow to megabytes. */
const levelsMax = 40;

/**
 * Indents JSON, also where it is only the beginning of one. Every token stays as it was written: numbers keep their digits,
 * and what is not JSON stays readable.
 *
 * @returns Nothing where the text does not begin as an object or a list.
 */
export function jsonPieces(text: string): readonly JsonPiece[] | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  const tokens = [...significant(text)];
  const pieces: JsonPiece[] = [];
  let plain = '';
  let level = 0;
  const put = (kind: 'key' | 'string', one: string): void => {
    if (plain !== '') pieces.push({ kind: 'plain', text: plain });
    plain = '';
    pieces.push({ kind, text: one });
  };
  const line = (): string => `\n${'  '.repeat(Math.min(Math.max(level, 0), levelsMax))}`;
  for (const [at, one] of tokens.entries()) {
    const next = tokens[at + 1];
    if (one === '{' || one === '[') {
      level += 1;
      const isEmpty = next === '}' || next === ']';
      plain += isEmpty || next === undefined ? one : `${one}${line()}`;
    } else if (one === '}' || one === ']') {
      level -= 1;
      const before = tokens[at - 1];
      plain += before === '{' || before === '[' ? one : `${line()}${one}`;
    } else if (one === ',') plain += next === undefined ? one : `,${line()}`;
    else if (one === ':') plain += ': ';
    else if (one.startsWith('"')) put(next === ':' ? 'key' : 'string', one);
    else plain += one;
  }
  if (plain !== '') pieces.push({ kind: 'plain', text: plain });
  return pieces;
}

function* significant(text: string): Generator<string> {
  token.lastIndex = 0;
  for (let found = token.exec(text); found; found = token.exec(text)) if (/\S/.test(found[0])) yield found[0];
}
