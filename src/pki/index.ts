/**
 * pki: makes X.509 certificates: an authority, and what it issues.
 * Keys, signing, randomness and the present come in as arguments, so that a key may stay where it is kept.
 * Never: I/O, clock, randomness of the platform, reading certificates.
 * Imports: nothing. Imported by: lab.
 */

export { type Authority, createAuthority } from './authority.ts';
export type { DistinguishedName } from './distinguished-name.ts';
export { newKeyPair, webPrimitives } from './web-crypto.ts';
