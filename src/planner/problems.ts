import type { Code, Diagnostic } from '../diagnostics/index.ts';
import type { EffectiveLimit } from '../facts/index.ts';

type Path = Diagnostic['path'];

/** A problem that leaves no plan. */
export const error = (code: Code, path: Path, message: string, hint?: string): Diagnostic => ({
  code,
  severity: 'error',
  path,
  message,
  ...(hint === undefined ? {} : { hint }),
});

/** A problem that a plan can live with and that someone should look at. */
export const warning = (code: Code, path: Path, message: string, hint?: string): Diagnostic => ({
  ...error(code, path, message, hint),
  severity: 'warning',
});

/** Something worth knowing of a plan, or of the way to one. */
export const note = (code: Code, path: Path, message: string, hint?: string): Diagnostic => ({
  ...error(code, path, message, hint),
  severity: 'note',
});

/** "30 endpoints per region (documented, https://…, 2026-11-20)", or where the spec sets it. */
export const limitText = (limit: EffectiveLimit): string =>
  limit.overridden
    ? `${limit.value} ${limit.unit} (limits.${limit.name} of the spec)`
    : `${limit.value} ${limit.unit} (${limit.fact.sure}, ${limit.fact.source}, ${limit.fact.asOf})`;

/** The usual last sentence of a limit's hint. */
export const raise = (limit: EffectiveLimit): string =>
  `set limits.${limit.name} if your account has more${limit.fact.adjustable ? ' (the vendor raises it on request)' : ''}`;

/** The first few of a list in words, and how many are left out, so that no message grows with its input. */
export function listOf(items: readonly string[], most = 5): string {
  const shown = items.slice(0, most).join(', ');
  return items.length > most ? `${shown} and ${items.length - most} more` : shown;
}
