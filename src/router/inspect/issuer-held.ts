import type { IssuerDocument } from '../../ir/index.ts';
import type { Issuer, IssuerMaterial } from './issuer.ts';

/** The issuer of a worker: another process follows the source, judges what it finds, and passes on what is good. */
export class HeldIssuer implements Issuer {
  #material: IssuerMaterial | undefined;
  #notAfterMs = 0;

  current(): IssuerMaterial | undefined {
    return this.#notAfterMs > Date.now() ? this.#material : undefined;
  }

  hold({ keyPem, chain, ticketSecret, notAfter }: IssuerDocument): void {
    this.#material = { keyPem, chain, ticketSecret: Buffer.from(ticketSecret, 'base64') };
    this.#notAfterMs = Date.parse(notAfter);
  }
}
