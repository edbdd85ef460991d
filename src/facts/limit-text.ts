import type { EffectiveLimit } from './limits.ts';

/** "30 endpoints per region (documented, https://…, 2026-11-20)", or where the spec sets it. */
export const limitText = (limit: EffectiveLimit): string =>
  limit.overridden
    ? `${limit.value} ${limit.unit} (limits.${limit.name} in the spec)`
    : `${limit.value} ${limit.unit} (${limit.fact.sure}, ${limit.fact.source}, ${limit.fact.asOf})`;

/** The usual last sentence of a limit's hint. */
export const raise = (limit: EffectiveLimit): string =>
  `set limits.${limit.name} if your account has more${limit.fact.adjustable ? ' (the provider can raise it)' : ''}`;
