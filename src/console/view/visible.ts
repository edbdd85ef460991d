/**
 * What a reader could not see, or what would change how the text around it reads: controls, marks of direction, characters
 * without width, lone surrogates. A line feed and a tab stay.
 */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\u115f\u1160\u3164\uffa0]/gu;

const escaped = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}}`;

/** A text of strangers as it is shown on one line: what cannot be seen is written out. */
export const visible = (text: string): string => text.replaceAll(unseen, escaped);

/** The same with lines and tabs kept, for bodies. */
export const visibleLines = (text: string): string =>
  text.replaceAll('\r\n', '\n').replaceAll(unseen, (one) => (one === '\n' || one === '\t' ? one : escaped(one)));
