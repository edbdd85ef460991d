import { createHash } from 'node:crypto';

/** Formats in which the end of a line means nothing: git and editors may have changed it. */
const isFreeOfLineEnds = (path: string): boolean => /\.(tf|json|md)$/.test(path);

/**
 * What a hand has not changed when only git, an editor or `terraform fmt` has been over a file: the text without blanks at the
 * ends of lines and with `\n` between them. What lakegate writes is laid out as `terraform fmt` does, which then changes nothing.
 * Scripts are kept as they are: there, a line end means something.
 */
const settled = (path: string, text: string): string =>
  isFreeOfLineEnds(path) ? `${text.replace(/[ \t\r]+$/gm, '').trimEnd()}\n` : text;

/** By which a file is known again as it was written. */
export const contentHash = (path: string, text: string): string =>
  createHash('sha256').update(settled(path, text)).digest('hex');

export const isSameContent = (path: string, one: string, other: string): boolean =>
  one === other || settled(path, one) === settled(path, other);
