/** Longest path that is read. */
export const pathCharactersMax = 4_096;

/** A request path in the one form in which it is judged and forwarded. */
export interface CanonicalPath {
  readonly is: 'path';
  /**
   * What is forwarded: letters, digits, `-`, `.`, `_` and `~` are not encoded, other codes are in upper case, and there
   * are no dot segments. RFC 3986 section 6.2.2 says that this form means the same as what the client sent.
   */
  readonly path: string;
  /** What rules and prefixes are compared with: the path decoded, once. Bytes as characters. */
  readonly text: string;
}

export interface PathFault {
  readonly is: 'refused';
  /** Follows "the path …" in a sentence. */
  readonly why: string;
}

const refused = (why: string): PathFault => ({ is: 'refused', why });

/** Most paths: nothing encoded, no empty segment, no segment that ends in a dot or has parameters. */
const plain = /^(?:\/[A-Za-z0-9_~!$&'()*+,=:@.-]*[A-Za-z0-9_~!$&'()*+,=:@-])*\/?$/;

/**
 * The canonical form of a request path (without its query), or why servers may disagree about what it means: then nothing
 * that limits paths can judge it. Dot segments are removed. Refused are empty segments, backslashes, encoded separators
 * (`%2f`, `%5c`, `%3f`, `%23`), control bytes, over-long UTF-8, codes inside codes (`%2561`), segments that end in a dot
 * or a space (Windows drops both), and bytes that may not stand in a path. Never throws; time is linear in the length.
 *
 * The same function reads prefixes and patterns when a plan is loaded, so that nothing is compared in two forms. The form
 * is never longer than what was sent, and is its own canonical form.
 */
export function canonicalPath(raw: string): CanonicalPath | PathFault {
  if (raw.length > pathCharactersMax) return refused(`has more than ${pathCharactersMax} characters`);
  if (!raw.startsWith('/')) return refused('does not begin with a slash');
  if (plain.test(raw)) return { is: 'path', path: raw, text: raw };
  if (/[^\x21-\x7e]|[\\?#]/.test(raw)) return refused('has a character that may not stand there');
  if (/%(?![0-9a-fA-F]{2})/.test(raw)) return refused('has a percent sign that encodes nothing');
  if (/%2f/i.test(raw)) return refused('encodes a slash');
  const path = raw.replace(/%[0-9a-fA-F]{2}/g, (code) => {
    const character = decodeAll(code);
    return /[A-Za-z0-9._~-]/.test(character) ? character : code.toUpperCase();
  });
  const text = decodeAll(path);
  const fault = faultOf(text);
  return fault === undefined ? withoutDots(path.split('/').slice(1), text.split('/').slice(1)) : refused(fault);
}

const decodeAll = (text: string): string =>
  text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** What is wrong with a decoded path as a sequence of bytes. */
function faultOf(text: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\x00-\x1f\x7f]/.test(text)) return 'encodes a control character';
  // Over-long forms of ASCII, a slash among them, begin in these ways.
  if (/[\xc0\xc1]|\xe0[\x80-\x9f]|\xf0[\x80-\x8f]|\xf8[\x80-\x87]|\xfc[\x80-\x83]/.test(text))
    return 'has an over-long UTF-8 code';
  if (/[\\?#]/.test(text)) return 'encodes a backslash, a question mark or a number sign';
  if (/%(?:[0-9a-f]{2}|u[0-9a-f]{4})/i.test(text)) return 'is percent-encoded more than once';
  return undefined;
}

/** Dot segments removed (RFC 3986 section 5.2.4), if no other segment is read differently by some servers. */
function withoutDots(path: readonly string[], text: readonly string[]): CanonicalPath | PathFault {
  const kept: { path: string; text: string }[] = [];
  for (const [at, segment] of text.entries()) {
    const isLast = at === text.length - 1;
    if (segment === '.' || segment === '..') {
      if (segment === '..') kept.pop();
      if (isLast) kept.push({ path: '', text: '' });
      continue;
    }
    const [bare = ''] = segment.split(';', 1);
    if (bare === '' && (!isLast || segment !== '')) return refused('has an empty segment');
    if (/[. ]$/.test(bare) || /[. ]$/.test(segment)) return refused('has a segment that ends in a dot or a space');
    kept.push({ path: path[at] ?? '', text: segment });
  }
  return {
    is: 'path',
    path: `/${kept.map((each) => each.path).join('/')}`,
    text: `/${kept.map((each) => each.text).join('/')}`,
  };
}

/** Longest prefix of a route. */
const prefixCharactersMax = 256;

/**
 * Why a text is no prefix that a route can have, or undefined. A prefix is complete segments in canonical form, `/` alone
 * or without a slash at its end, and has one spelling: only what may not stand in a path is encoded. No wildcards.
 */
export function faultOfPrefix(prefix: string): string | undefined {
  if (prefix.length > prefixCharactersMax) return `has more than ${prefixCharactersMax} characters`;
  const read = canonicalPath(prefix);
  if (read.is === 'refused') return read.why;
  if (prefix !== '/' && prefix.endsWith('/')) return 'ends in a slash';
  if (/[;*]/.test(read.text)) return 'has a ; or a *';
  const one = read.text.replace(
    /[^A-Za-z0-9._~!$&'()+,=:@/-]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
  return one === prefix ? undefined : `is written ${one}`;
}

/** A pattern for paths as the text that is compared, or why no path could ever match it. */
export function readPattern(pattern: string): CanonicalPath | PathFault {
  return /%2a/i.test(pattern) ? refused('encodes a *, which cannot be told from a wildcard') : canonicalPath(pattern);
}
