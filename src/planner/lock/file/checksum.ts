import { byText } from '../../../ir/index.ts';
import { hash } from '../../naming/bounded-name.ts';
import type { Lock, LockedNcc, LockedService } from './lock.ts';

type Unsealed<T> = Omit<T, 'check'>;

/** Adds the sum that tells a later edit by hand. */
export const sealNcc = (ncc: Unsealed<LockedNcc>): LockedNcc => ({ ...ncc, check: sumOf(ncc) });
/** The same for a service. */
export const sealService = (service: Unsealed<LockedService>): LockedService => ({ ...service, check: sumOf(service) });
/** The same for the lock itself; its entries are sealed before. */
export const sealLock = (lock: Unsealed<Lock>): Lock => ({ ...lock, check: sumOfFrame(lock) });

/** The lock's own sum: the entries' sums stand for the entries. */
export const sumOfFrame = (lock: Unsealed<Lock>): string =>
  sumOf({
    version: lock.version,
    name: lock.name,
    region: lock.region,
    account: lock.account,
    next: lock.next,
    nccs: lock.nccs.map((ncc) => ncc.check),
    services: lock.services.map((service) => service.check),
  });

/** The sum of a value whatever the order of its keys, without its own `check`. */
export const sumOf = (value: object): string => hash(canonical({ ...value, check: undefined })).slice(0, 12);

/** JSON with sorted keys, so that a reformatted file is still the same lock. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => byText(a, b))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`);
  return `{${fields.join(',')}}`;
}
