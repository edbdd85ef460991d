/** What signs the certificates that clients of inspected names see. Secret. */
export interface IssuerMaterial {
  /** Private key of the intermediate, PKCS #8 in PEM. */
  readonly keyPem: string;
  /** The intermediate and what else stands below the root, in PEM, in the order in which clients get them. */
  readonly chain: readonly string[];
  /** Of the fleet: routers that share it resume each other's TLS sessions. At least 32 bytes. */
  readonly ticketSecret: Uint8Array;
}

/** Where the material comes from. It is renewed while the router runs. */
export interface Issuer {
  /** Undefined while there is none: inspected names are refused then. The same object until it is renewed. */
  current(): IssuerMaterial | undefined;
}
