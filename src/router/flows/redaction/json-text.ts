import type { Redactor } from './redactor.ts';
import { isCount } from './sensitive-names.ts';

/** A part of the output: from one piece to before another. */
interface Place {
  readonly from: number;
  /** Absent while it goes on. */
  to?: number;
}

interface Frame {
  readonly is: 'object' | 'array';
  /** All below it is secret. */
  readonly isSecret: boolean;
  /** Of the member whose value comes now. */
  name: string;
  /** `{ "name": "password", "value": … }`: what the object says of its value. */
  naming: boolean;
  /** A member that says what its value is was there. */
  isTold: boolean;
  /** Where values that may have their name behind them stand in the output. */
  readonly values: Place[];
}

type Expected = 'value' | 'value or end' | 'name' | 'name or end' | 'colon' | 'comma or end' | 'nothing';

const depthMax = 100;
const blanks = /[ \t\r\n]*/y;
const scalar = /(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)(?![\w.+-])/y;

/** Names of members that say what another member is, and of that other member. */
const namingMembers = new Set(['name', 'key', 'field', 'header', 'id', 'parameter']);
const namedMembers = new Set(['value', 'values', 'val', 'content', 'data']);

/**
 * A JSON text with its secrets redacted and all else as it was, or undefined for what is no JSON text. Of a text that is cut
 * off, all tokens that are whole.
 */
export function redactedJson(text: string, isCut: boolean, redactor: Redactor): string | undefined {
  return new JsonRedaction(text, isCut, redactor).result();
}

class JsonRedaction {
  readonly #text: string;
  readonly #isCut: boolean;
  readonly #redactor: Redactor;
  readonly #out: string[] = [];
  readonly #frames: Frame[] = [];
  #at = 0;
  #expected: Expected = 'value';

  constructor(text: string, isCut: boolean, redactor: Redactor) {
    this.#text = text;
    this.#isCut = isCut;
    this.#redactor = redactor;
  }

  result(): string | undefined {
    for (;;) {
      this.#blanks();
      if (this.#at >= this.#text.length) {
        return this.#expected === 'nothing' ? this.#out.join('') : this.#cut();
      }
      const step = this.#token();
      if (step === 'cut') return this.#cut();
      if (step === 'bad') return undefined;
    }
  }

  #blanks(): void {
    blanks.lastIndex = this.#at;
    const found = blanks.exec(this.#text)?.[0] ?? '';
    if (found !== '') this.#out.push(found);
    this.#at += found.length;
  }

  #token(): 'on' | 'cut' | 'bad' {
    const frame = this.#frames.at(-1);
    const mark = this.#text[this.#at];
    switch (this.#expected) {
      case 'nothing':
        return 'bad';
      case 'colon':
        return mark === ':' ? this.#mark(':', 'value') : 'bad';
      case 'comma or end':
        if (mark === ',') return this.#mark(',', frame?.is === 'object' ? 'name' : 'value');
        return this.#end(mark);
      case 'name or end':
        return mark === '"' ? this.#name() : this.#end(mark);
      case 'name':
        return mark === '"' ? this.#name() : 'bad';
      case 'value or end':
        return mark === ']' ? this.#end(mark) : this.#value(mark);
      case 'value':
        return this.#value(mark);
      default:
        return this.#expected satisfies never;
    }
  }

  #mark(mark: string, next: Expected): 'on' {
    this.#out.push(mark);
    this.#at += 1;
    this.#expected = next;
    return 'on';
  }

  #end(mark: string | undefined): 'on' | 'bad' {
    const frame = this.#frames.at(-1);
    if (!frame || mark !== (frame.is === 'object' ? '}' : ']')) return 'bad';
    this.#frames.pop();
    const open = this.#frames.at(-1)?.values.at(-1);
    if (open) open.to ??= this.#out.length + 1;
    return this.#mark(mark, this.#frames.length === 0 ? 'nothing' : 'comma or end');
  }

  #name(): 'on' | 'cut' | 'bad' {
    const token = this.#string();
    if (typeof token !== 'object') return token;
    const frame = this.#frames.at(-1);
    if (frame) frame.name = token.value;
    this.#out.push(JSON.stringify(this.#redactor.text(token.value)));
    this.#expected = 'colon';
    return 'on';
  }

  #value(mark: string | undefined): 'on' | 'cut' | 'bad' {
    const frame = this.#frames.at(-1);
    if (mark === '{' || mark === '[') {
      if (this.#frames.length >= depthMax) return 'bad';
      const isSecret = this.#isSecret(frame, undefined);
      const is = mark === '{' ? 'object' : 'array';
      this.#frames.push({
        is,
        isSecret,
        name: frame && is === 'array' ? frame.name : '',
        naming: false,
        isTold: false,
        values: [],
      });
      if (frame && this.#isNamed(frame)) frame.values.push({ from: this.#out.length });
      return this.#mark(mark, is === 'object' ? 'name or end' : 'value or end');
    }
    const token = mark === '"' ? this.#string() : this.#scalar();
    if (typeof token !== 'object') return token;
    this.#emit(frame, token);
    this.#expected = this.#frames.length === 0 ? 'nothing' : 'comma or end';
    return 'on';
  }

  #emit(frame: Frame | undefined, { value, isText, written }: Token): void {
    const { names } = this.#redactor;
    const hidden = (): string => JSON.stringify(this.#redactor.secret(value));
    if (this.#isSecret(frame, isText ? undefined : value) && written !== 'null' && value !== '')
      this.#out.push(hidden());
    else this.#out.push(isText ? this.#shown(value, written) : written);
    if (frame?.is !== 'object') return;
    if (this.#isNamed(frame)) frame.values.push({ from: this.#out.length - 1, to: this.#out.length });
    if (!isText || !namingMembers.has(frame.name.toLowerCase())) return;
    frame.isTold = true;
    if (!names.has(value)) return;
    frame.naming = true;
    // Values that stood before their name.
    for (const place of frame.values.splice(0)) this.#hide(place);
  }

  #isNamed = ({ is, name }: Frame): boolean => is === 'object' && namedMembers.has(name.toLowerCase());

  #hide({ from, to = this.#out.length }: Place): void {
    const hidden = JSON.stringify(this.#redactor.secret(this.#out.slice(from, to).join('')));
    this.#out.fill('', from, to);
    this.#out[from] = hidden;
  }

  /** The beginning of a text, without the texts and numbers that may have a secret name in what is not there. */
  #cut(): string | undefined {
    if (!this.#isCut || this.#frames.length === 0) return undefined;
    for (const { isTold, values } of this.#frames)
      if (!isTold) for (const place of values) if (place.to === place.from + 1) this.#hide(place);
    return this.#out.join('');
  }

  /** @param number The value, where it is not a text. */
  #isSecret(frame: Frame | undefined, number: string | undefined): boolean {
    if (!frame) return false;
    if (frame.isSecret) return true;
    if (frame.is === 'array') return false; // it would have been secret itself
    if (frame.naming && namedMembers.has(frame.name.toLowerCase())) return true;
    return this.#redactor.names.has(frame.name) && !(number !== undefined && isCount(frame.name, number));
  }

  /** A text that is no secret by its name: it may hold one, also as JSON in JSON. */
  #shown(value: string, written: string): string {
    const inner = /^\s*[[{]/.test(value) && value.length > 2 ? redactedJson(value, false, this.#redactor) : undefined;
    const shown = this.#redactor.text(inner ?? value);
    return shown === value ? written : JSON.stringify(shown);
  }

  #scalar(): Token | 'cut' | 'bad' {
    scalar.lastIndex = this.#at;
    const written = scalar.exec(this.#text)?.[0];
    if (written === undefined) return this.#isCut && /^[-+.\w]*$/.test(this.#text.slice(this.#at)) ? 'cut' : 'bad';
    if (this.#isCut && this.#at + written.length === this.#text.length) return 'cut';
    this.#at += written.length;
    return { value: written, isText: false, written };
  }

  #string(): Token | 'cut' | 'bad' {
    const text = this.#text;
    for (let at = this.#at + 1; at < text.length; at++) {
      const mark = text.charCodeAt(at);
      if (mark === 0x5c) at += 1;
      else if (mark === 0x22) {
        const written = text.slice(this.#at, at + 1);
        this.#at = at + 1;
        try {
          return { value: JSON.parse(written) as string, isText: true, written };
        } catch {
          return 'bad';
        }
      }
    }
    return 'cut';
  }
}

interface Token {
  readonly value: string;
  readonly isText: boolean;
  readonly written: string;
}
