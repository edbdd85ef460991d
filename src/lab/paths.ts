import type { Target } from '../spec/index.ts';

type Limited = Pick<Target, 'path' | 'paths'>;

/** In no pattern that somebody wrote. */
const word = 'lakegate-lab';

/** Request paths that the target should take, the likeliest first: one of each pattern that allows, else its prefix. Never empty. */
export function allowedPaths({ path = '/', paths }: Limited): readonly [string, ...string[]] {
  const [first, ...rest] = paths?.allow ?? [];
  return first === undefined ? [path, `${path === '/' ? '' : path}/${word}`] : [filled(first), ...rest.map(filled)];
}

/** A request path below the target's prefix that its `paths` do not allow. Undefined when all are allowed, or when none can be derived with certainty. */
export function deniedPath({ path = '/', paths }: Limited): string | undefined {
  const deny = paths?.deny[0];
  if (deny !== undefined) return filled(deny);
  const base = path === '/' ? '' : path;
  const isElsewhere = (glob: string): boolean => {
    const [first = ''] = glob.slice(base.length + 1).split('/');
    return glob.startsWith(`${base}/`) && !first.includes('*') && first !== word;
  };
  if (!paths || paths.allow.length === 0 || !paths.allow.every(isElsewhere)) return undefined;
  return `${base}/${word}/outside`;
}

/** A request path that is below none of these prefixes. Undefined when one of them is `/`. */
export const outsidePath = (prefixes: readonly string[]): string | undefined =>
  prefixes.includes('/') || prefixes.includes(`/${word}`) ? undefined : `/${word}`;

const filled = (glob: string): string => glob.replaceAll('**', word).replaceAll('*', word);
