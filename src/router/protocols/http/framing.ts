import { quoted } from '../../../diagnostics/index.ts';
import { type HeadFault, headFault } from './fault.ts';
import { isNamed, membersOf, valueText } from './fields.ts';

/** How the body of a message is delimited. */
export type Framing =
  | { readonly by: 'none' }
  | { readonly by: 'length'; readonly bytes: number }
  | { readonly by: 'chunks' };

const none: Framing = { by: 'none' };
const chunks: Framing = { by: 'chunks' };
const nothingAsked: readonly string[] = [];

/**
 * What frames and routes a message, picked out of its fields while they are walked over. The length of a name is
 * compared first: most fields are none of these.
 */
export class PickedFields {
  readonly #bytes: Uint8Array;
  hosts = 0;
  /** Of the last Host field. */
  host = '';
  /** Members of all Connection fields. */
  connection = nothingAsked;
  /** Members of all Upgrade fields. */
  upgrade = nothingAsked;
  /** A framing field that is written with `_`. */
  misspelled: string | undefined;
  /** The scheme of the last Authorization, in lower case. */
  authorization: string | undefined;
  /** It has an Expect. */
  expects = false;
  #lengths = 0;
  #length = '';
  #codings = 0;
  #coding = '';

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  take = (name: number, colonAt: number, valueEnd: number): void => {
    const bytes = this.#bytes;
    switch (colonAt - name) {
      case 4:
        if (!isNamed(bytes, name, 'host')) return;
        this.hosts += 1;
        this.host = valueText(bytes, colonAt, valueEnd);
        return;
      case 6:
        if (isNamed(bytes, name, 'expect')) this.expects = true;
        return;
      case 13:
        if (isNamed(bytes, name, 'authorization'))
          this.authorization = valueText(bytes, colonAt, valueEnd).split(' ', 1)[0]?.toLowerCase();
        return;
      case 7:
        if (isNamed(bytes, name, 'upgrade'))
          this.upgrade = [...this.upgrade, ...membersOf(valueText(bytes, colonAt, valueEnd))];
        return;
      case 10:
        if (isNamed(bytes, name, 'connection'))
          this.connection = [...this.connection, ...membersOf(valueText(bytes, colonAt, valueEnd))];
        return;
      case 14:
        if (!isNamed(bytes, name, 'content-length')) return;
        if (bytes[name + 7] === underscore) this.misspelled ??= 'content_length';
        else {
          this.#lengths += 1;
          this.#length += `${this.#lengths > 1 ? ', ' : ''}${valueText(bytes, colonAt, valueEnd)}`;
        }
        return;
      case 17:
        if (!isNamed(bytes, name, 'transfer-encoding')) return;
        if (bytes[name + 8] === underscore) this.misspelled ??= 'transfer_encoding';
        else {
          this.#codings += 1;
          this.#coding += `${this.#codings > 1 ? ', ' : ''}${valueText(bytes, colonAt, valueEnd)}`;
        }
        return;
    }
  };

  /**
   * How the message is delimited; `close` stands for neither length nor chunks.
   *
   * @see RFC 9112 section 6.3; stricter: a repeated Content-Length is refused even where all agree.
   */
  framing(): Framing | { readonly by: 'close' } | HeadFault {
    if (this.#lengths > 0 && this.#codings > 0)
      return headFault('both-lengths', 'the message has both Content-Length and Transfer-Encoding');
    if (this.#codings > 0)
      return this.#codings === 1 && this.#coding.toLowerCase() === 'chunked'
        ? chunks
        : headFault('transfer-encoding', `Transfer-Encoding is ${quoted(this.#coding)}, not chunked`);
    if (this.#lengths === 0) return { by: 'close' };
    if (this.#lengths > 1 || !/^[0-9]{1,15}$/.test(this.#length))
      return headFault('content-length', `Content-Length is ${quoted(this.#length)}, not one number`);
    const bytes = Number(this.#length);
    return bytes === 0 ? none : { by: 'length', bytes };
  }

  /** The sender says that it closes behind this message, or its version does. */
  closes(minorVersion: number): boolean {
    return this.connection.includes('close') || (minorVersion === 0 && !this.connection.includes('keep-alive'));
  }
}

const underscore = 0x5f;
