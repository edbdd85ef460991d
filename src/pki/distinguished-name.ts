import { oid, sequence, set, utf8String } from './der.ts';

/** Whose certificate it is, from the widest part to the narrowest. What is absent is left out; all may be. */
export interface DistinguishedName {
  readonly organization?: string;
  readonly organizationalUnit?: string;
  /** At most 64 characters. */
  readonly commonName?: string;
}

/** @see RFC 5280, appendix A.1 */
const attributes = [
  ['organization', '2.5.4.10'],
  ['organizationalUnit', '2.5.4.11'],
  ['commonName', '2.5.4.3'],
] as const;

/** The most characters that an attribute may have. @see RFC 5280, appendix A.1 (ub-common-name and its like) */
export const attributeMax = 64;

export const nameDer = (name: DistinguishedName): Uint8Array =>
  sequence(
    ...attributes.flatMap(([field, id]) => {
      const value = name[field];
      return value === undefined ? [] : [set(sequence(oid(id), utf8String(value)))];
    }),
  );
