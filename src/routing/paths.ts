import { quoted } from '../diagnostics/index.ts';
import { type CanonicalPath, readPattern } from '../ir/index.ts';

/**
 * Which request paths pass: one that matches `allow` (any, if it is empty) and nothing of `deny`.
 * `*` stands for anything within a segment, `**` as a whole segment for any number of segments, none included:
 * `/v1/**` is `/v1` and everything below it. A `deny` pattern is compared without regard to case and to a slash at the
 * end, because some servers do; an `allow` pattern exactly.
 */
export interface PathRules {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

interface Pattern {
  readonly written: string;
  /** What paths are compared with. Absent: it has no canonical form, so no path can be compared with it. */
  readonly text: string | undefined;
}

/** Rules in the form in which paths are compared with them: decoded as paths are. */
export interface CompiledPaths {
  readonly allow: readonly Pattern[];
  readonly deny: readonly Pattern[];
}

/** Undefined where the rules limit nothing. */
export function compilePaths(rules: PathRules | undefined): CompiledPaths | undefined {
  if (!rules || rules.allow.length + rules.deny.length === 0) return undefined;
  const textOf = (written: string): string | undefined => {
    const read = readPattern(written);
    return read.is === 'path' ? read.text : undefined;
  };
  return {
    allow: rules.allow.map((written) => ({ written, text: textOf(written) })),
    deny: rules.deny.map((written) => {
      const text = textOf(written);
      return { written, text: text === undefined ? undefined : asDenied(text) };
    }),
  };
}

/** Fields with which some servers let a client name another path than the request line does. Some read `_` as `-`. */
const overridingFields: ReadonlySet<string> = new Set([
  'x-original-url',
  'x-rewrite-url',
  'x-original-uri',
  'x-forwarded-uri',
  'x-forwarded-path',
  'x-forwarded-prefix',
  'x-envoy-original-path',
]);

/** Methods of WebDAV whose Destination names a second path, which is written to. @see RFC 4918 section 10.3 */
const movingMethods: ReadonlySet<string> = new Set(['COPY', 'MOVE']);

/** The field of a request that may name another path than the request line. Names in lower case. */
export const overridingField = (fields: readonly { readonly name: string }[], method?: string): string | undefined =>
  fields.find(({ name }) =>
    name.startsWith('x')
      ? overridingFields.has(name.replaceAll('_', '-'))
      : name === 'destination' && method !== undefined && movingMethods.has(method.toUpperCase()),
  )?.name;

/**
 * Why rules refuse a path, as the end of a sentence, or undefined. Some servers drop what follows a `;` in a segment:
 * both readings must be allowed, and neither denied.
 */
export function refusedBy(rules: CompiledPaths, path: CanonicalPath): string | undefined {
  for (const reading of readingsOf(path.text)) {
    const as = reading === path.text ? '' : `can be read as ${quoted(reading)}, which `;
    const lower = asDenied(reading);
    for (const { written, text } of rules.deny) {
      // A pattern that cannot be compared with paths must not let through what it was meant to stop.
      if (text === undefined) return `cannot be compared with the pattern ${quoted(written)}`;
      if (matchesGlob(text, lower)) return `${as}is denied by ${written}`;
    }
    if (rules.allow.length > 0 && !rules.allow.some(({ text }) => text !== undefined && matchesGlob(text, reading)))
      return `${as}is not allowed`;
  }
  return undefined;
}

/** A decoded path as servers may read it: as it is, and without parameters. */
export const readingsOf = (text: string): readonly string[] =>
  text.includes(';') ? [text, text.replace(/;[^/]*/g, '')] : [text];

/** Without slashes at its end, in lower case. */
function asDenied(text: string): string {
  let end = text.length;
  while (end > 1 && text[end - 1] === '/') end--;
  return text.slice(0, end).toLowerCase();
}

/** Does the whole path match? Time is bounded by the product of the two lengths: no pattern makes it explode. */
export function matchesGlob(pattern: string, path: string): boolean {
  return matchList(pattern.split('/'), path.split('/'), '**', (part, segment) =>
    part.includes('*') ? matchList([...part], [...segment], '*', (a, b) => a === b) : part === segment,
  );
}

/**
 * Matches a list against a pattern in which one element stands for any number of elements. Only the last such element
 * is ever widened: what an earlier one took is the least it could take, which leaves the most for those behind it.
 */
function matchList(
  pattern: readonly string[],
  list: readonly string[],
  many: string,
  same: (part: string, element: string) => boolean,
): boolean {
  let [p, i] = [0, 0];
  let last: { readonly p: number; i: number } | undefined;
  for (let element = list[i]; element !== undefined; element = list[i]) {
    const part = pattern[p];
    if (part === many) {
      last = { p: p++, i };
    } else if (part !== undefined && same(part, element)) {
      p++;
      i++;
    } else if (last) {
      p = last.p + 1;
      i = ++last.i;
    } else return false;
  }
  while (pattern[p] === many) p++;
  return p === pattern.length;
}
