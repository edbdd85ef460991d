import type { EffectiveLimit } from './limits.ts';

/** "30 endpoints per region (documented, https://…, 2026-11-20)", or where the spec sets it. */
export const limitText = (limit: EffectiveLimit): string =>
  limit.overridden
    ? `${amount(limit)} (limits.${limit.name} in the spec)`
    : `${amount(limit)} (${limit.fact.sure}, ${limit.fact.source}, ${limit.fact.asOf})`;

/** The usual last sentence of a limit's hint. */
export const raise = (limit: EffectiveLimit): string =>
  `set limits.${limit.name} if your account has more${limit.fact.adjustable ? ' (the provider can raise it)' : ''}`;

/** "1 endpoint per region", "30 endpoints per region": the unit says what is counted, and per or of what. */
const amount = ({ value, unit }: EffectiveLimit): string =>
  `${value} ${value === 1 ? unit.replace(/(\w)s (?=per|of)/, '$1 ') : unit}`;
