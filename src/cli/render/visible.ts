/** Characters that a terminal or a page acts on, or that no eye sees: controls, directions of text, zero widths, line separators. */
const unseen = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Text of one line, from files that anyone may have written, with such characters shown by their code. */
export const visible = (text: string): string =>
  text.replace(unseen, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);

/** The same for lines that stay lines. */
export const visibleLines = (text: string): string => text.split('\n').map(visible).join('\n');

/** A document for machines, and for whoever prints it on a terminal: the same value, with these characters as escapes of JSON. */
export const printedJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(unseen, (character) =>
    character === '\n'
      ? character
      : [...Array(character.length).keys()]
          .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
          .join(''),
  );
