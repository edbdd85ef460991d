/** Why a connection cannot be made, with the code that Node gives for the same thing. */
export class SimNetworkError extends Error {
  /** ETIMEDOUT: packets are dropped, and a real client would wait until its own timeout. */
  readonly code: 'ENOTFOUND' | 'ECONNREFUSED' | 'EHOSTUNREACH' | 'ETIMEDOUT';
  constructor(code: SimNetworkError['code'], message: string) {
    super(`${code} ${message}`);
    this.code = code;
  }
}
