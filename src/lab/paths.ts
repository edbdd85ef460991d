import type { Target } from '../spec/index.ts';

/** A request path that the target's `paths:` allow, made from the first of their globs. `/` when all are allowed. */
export function allowedPath(paths: Target['paths']): string {
  const glob = paths?.allow[0];
  return glob === undefined ? '/' : glob.replaceAll('**', 'lakegate-lab').replaceAll('*', 'lakegate-lab');
}
