import { type Hostname, isSymbolic } from '../../ir/index.ts';

/** A host name; those of brokers that the plan creates are known after apply. */
export const shownName = (name: Hostname): string =>
  isSymbolic(name) ? `${name.split('.').slice(0, 2).join('.')} (after apply)` : name;
