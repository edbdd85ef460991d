import type { Target } from '../spec/index.ts';

/** A request path that the target's `paths` allow, made from the first of their globs. `/` when all are allowed. */
export function allowedPath(paths: Target['paths']): string {
  const glob = paths?.allow[0];
  return glob === undefined ? '/' : glob.replaceAll('**', 'lakegate-lab').replaceAll('*', 'lakegate-lab');
}

/** A request path that the target's `paths` do not allow. Undefined when all are allowed, or when none can be derived with certainty. */
export function deniedPath(paths: Target['paths']): string | undefined {
  const deny = paths?.deny[0];
  if (deny !== undefined) return allowedPath({ allow: [deny], deny: [] });
  const outside = '/lakegate-lab/outside';
  const open =
    paths?.allow.length === 0 ||
    paths?.allow.some((glob) => !/^\/[^*/]+\//.test(glob) || glob.startsWith('/lakegate-lab/'));
  return paths === undefined || open ? undefined : outside;
}
