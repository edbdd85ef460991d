/**
 * pki: makes X.509 certificates: an authority, and what it issues.
 * Keys, signing, randomness and the present come in as arguments, so that a key may stay where it is kept.
 * Never: I/O, clock, randomness of the platform, reading of certificates but those of its own authorities.
 * Imports: nothing. Imported by: app, lab, router.
 */

export { type Authority, createAuthority, existingAuthority } from './authority.ts';
export type { DistinguishedName } from './distinguished-name.ts';
export type { Primitives, Signer } from './signer.ts';
export { newKeyPair, webPrimitives } from './web-crypto.ts';
