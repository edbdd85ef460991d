import { quoted, type Refusal } from '../diagnostics/index.ts';

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

/** Where a request says which path it wants. */
export interface RequestPath {
  readonly path: string;
  /** Names in lower case. */
  readonly fields: readonly { readonly name: string }[];
}

/** Longest path that is matched, where paths are limited at all. */
export const pathCharactersMax = 4_096;

/** Most ways in which a path may be read. An honest one has two or three. */
export const readingsMax = 32;

/** Fields with which some servers let a client name another path than the request line does. Some read `_` as `-`. */
const overridingFields = ['x-original-url', 'x-rewrite-url', 'x-forwarded-path', 'x-forwarded-prefix'];

/**
 * Why a request may not pass, or undefined. Servers differ in how they read a path (dot segments, doubled slashes,
 * percent-encoding, once or twice, parameters behind `;`, backslashes), so every reading must be allowed and none denied:
 * what the router lets through cannot mean something forbidden to the server behind it.
 */
export function refusalOfPath(rules: PathRules, request: RequestPath): Refusal | undefined {
  if (rules.allow.length === 0 && rules.deny.length === 0) return undefined;
  const no = (why: string): Refusal => ({ code: 'LG_PATH_DENIED', why });
  const overriding = request.fields.find(({ name }) => overridingFields.includes(name.replaceAll('_', '-')));
  if (overriding) return no(`the field ${overriding.name} may name another path than the request line`);
  const readings = readingsOf(request.path);
  if (typeof readings === 'string') return no(`the path ${quoted(request.path)} ${readings}`);
  for (const reading of readings) {
    const as = reading === request.path ? '' : `, which can be read as ${quoted(reading)},`;
    const denied = rules.deny.find((pattern) => matchesDeny(pattern, reading));
    if (denied !== undefined) return no(`the path ${quoted(request.path)}${as} is denied by ${denied}`);
    if (rules.allow.length > 0 && !rules.allow.some((pattern) => matchesGlob(pattern, reading)))
      return no(`the path ${quoted(request.path)}${as} is not allowed`);
  }
  return undefined;
}

const matchesDeny = (pattern: string, path: string): boolean => {
  return matchesGlob(withoutLastSlashes(pattern.toLowerCase()), withoutLastSlashes(path.toLowerCase()));
};

function withoutLastSlashes(path: string): string {
  let end = path.length;
  while (end > 1 && path[end - 1] === '/') end--;
  return path.slice(0, end);
}

/** Each way in which a server may read a path, as sent first; or why it can be read in no way that is safe. */
export function readingsOf(path: string): readonly string[] | string {
  if (path.length > pathCharactersMax) return `has more than ${pathCharactersMax} characters`;
  if (!path.startsWith('/')) return 'is not a path';
  if (/%(?![0-9a-fA-F]{2})/.test(path)) return 'has a percent sign that encodes nothing';
  const readings = new Set<string>();
  let decoded = path;
  for (let times = 0; ; times++) {
    // Zero bytes end a path for some servers; over-long forms of ASCII, a slash among them, begin in the other ways.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    if (/[\x00-\x1f\x7f\xc0\xc1]|\xe0[\x80-\x9f]|\xf0[\x80-\x8f]|\xf8[\x80-\x87]|\xfc[\x80-\x83]/.test(decoded))
      return 'encodes a byte that no path has';
    for (const slashed of [decoded, decoded.replaceAll('\\', '/')])
      for (const bare of [slashed, slashed.replace(/;[^/]*/g, '')])
        for (const collapsed of [bare, bare.replace(/\/{2,}/g, '/')])
          for (const resolved of [collapsed, withoutDots(collapsed)]) {
            readings.add(resolved);
            readings.add(resolved.replace(/\/{2,}/g, '/'));
          }
    const again = decoded.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    if (again === decoded) break;
    if (times === 2) return 'is percent-encoded more than twice';
    decoded = again;
  }
  return readings.size > readingsMax ? `can be read in more than ${readingsMax} ways` : [...readings];
}

/** Dot segments resolved. @see RFC 3986 section 5.2.4 */
function withoutDots(path: string): string {
  const out: string[] = [];
  const segments = path.split('/').slice(1);
  for (const [i, segment] of segments.entries()) {
    const isLast = i === segments.length - 1;
    if (segment === '..') out.pop();
    else if (segment !== '.') out.push(segment);
    if (isLast && (segment === '.' || segment === '..')) out.push('');
  }
  return `/${out.join('/')}`;
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
