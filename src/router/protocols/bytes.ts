/**
 * Reads numbers and runs of bytes in order. A read beyond the end gives zeros and marks the cursor as short,
 * so that a parser can read a whole structure and ask once whether it was all there. Big endian.
 */
export class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;
  #short = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Bytes not yet read. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** Something was read that was not there. */
  get isShort(): boolean {
    return this.#short;
  }

  u8(): number {
    return this.#number(1);
  }

  u16(): number {
    return this.#number(2);
  }

  u24(): number {
    return this.#number(3);
  }

  u32(): number {
    return this.#number(4);
  }

  /** The next `length` bytes, not copied; empty and marked short when there are fewer. */
  take(length: number): Uint8Array {
    if (length > this.left) {
      this.#short = true;
      this.#at = this.#bytes.length;
      return nothing;
    }
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #number(size: number): number {
    return numberAt(this.take(size), 0, size);
  }
}

export const nothing: Uint8Array = new Uint8Array(0);

/** The byte at `at`, or -1 beyond the end: no byte equals it. */
export const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] ?? -1;

/** An unsigned number of `size` bytes (at most 6), big endian; missing bytes count as zero. */
export function numberAt(bytes: Uint8Array, at: number, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum = sum * 256 + (bytes[at + i] ?? 0);
  return sum;
}

/** The same, little endian. */
export function littleAt(bytes: Uint8Array, at: number, size: number): number {
  let sum = 0;
  for (let i = size - 1; i >= 0; i--) sum = sum * 256 + (bytes[at + i] ?? 0);
  return sum;
}

/** `size` bytes of an unsigned number, big endian. */
export const bigEndian = (n: number, size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, i) => Math.floor(n / 256 ** (size - 1 - i)) % 256);

/** The same, little endian. */
export const littleEndian = (n: number, size: number): Uint8Array => bigEndian(n, size).reverse();

export function concat(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A call takes only so many arguments. */
const callMax = 4096;

/** Any list of numbers will do as arguments; spreading one makes an array of it first and takes eight times as long. */
const charactersOf = (bytes: Uint8Array): string => String.fromCharCode.apply(null, bytes as unknown as number[]);

/** Each byte as the character of the same number (ISO 8859-1), so nothing is lost. */
export function latin1(bytes: Uint8Array): string {
  if (bytes.length <= callMax) return charactersOf(bytes);
  let text = '';
  for (let at = 0; at < bytes.length; at += callMax) text += charactersOf(bytes.subarray(at, at + callMax));
  return text;
}

/** The inverse of {@link latin1}; characters above 255 become `?`. */
export const fromLatin1 = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    return code < 256 ? code : 0x3f;
  });

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Do the bytes from `at` on begin with `want`, as far as there are any? */
export function agrees(bytes: Uint8Array, at: number, want: Uint8Array): boolean {
  const length = Math.min(bytes.length - at, want.length);
  for (let i = 0; i < length; i++) if (bytes[at + i] !== want[i]) return false;
  return true;
}
