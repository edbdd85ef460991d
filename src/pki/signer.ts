/**
 * A key that signs: ECDSA on P-256 with SHA-256. It may live in this process or with a service that signs for whom it
 * trusts: what is asked of it is one signature a certificate.
 */
export interface Signer {
  /** The public key as SubjectPublicKeyInfo, in DER. */
  readonly publicKey: Uint8Array;
  /** The signature of the SHA-256 sum of `message`, as `ECDSA-Sig-Value` in DER. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** What a certificate needs other than keys. */
export interface Primitives {
  /** Bytes that cannot be guessed. */
  random(bytes: number): Uint8Array;
  sha256(message: Uint8Array): Promise<Uint8Array>;
}
