import { quoted } from '../../../diagnostics/index.ts';
import { byteAt, latin1 } from '../bytes.ts';
import { type HeadFault, headFault } from './fault.ts';

/** Longest head that is read: first line, fields and the empty line. */
export const headCapBytes = 16_384;
/** Most fields in a head or in trailers. */
export const fieldsMax = 100;

const [tab, cr, lf, blank, colon] = [0x09, 0x0d, 0x0a, 0x20, 0x3a];

/** Bit 1: may stand in a method or field name. Bit 2: may stand in a field value. @see RFC 9110 sections 5.5 and 5.6.2 */
const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
  const isToken = /[!#$%&'*+.^_`|~0-9A-Za-z-]/.test(String.fromCharCode(byte));
  const isValue = byte === tab || (byte >= blank && byte !== 0x7f);
  return (isToken ? 1 : 0) | (isValue ? 2 : 0);
});

export const isTokenByte = (byte: number): boolean => ((kinds[byte] ?? 0) & 1) !== 0;
const isValueByte = (byte: number): boolean => ((kinds[byte] ?? 0) & 2) !== 0;

/** Whether all of a text may be a method or the name of a field. */
export const isToken = (text: string): boolean => text !== '' && everyIs(text, 1);
/** Whether all of a text may be the value of a field. */
export const isValue = (text: string): boolean => everyIs(text, 2);

function everyIs(text: string, kind: number): boolean {
  for (let at = 0; at < text.length; at++) if (((kinds[text.charCodeAt(at)] ?? 0) & kind) === 0) return false;
  return true;
}

export interface Field {
  /** In lower case. */
  readonly name: string;
  /** Without blanks at both ends; bytes as characters. */
  readonly value: string;
}

/** Where one field stands: the name from `name` up to the colon, then the value, blanks included, up to its line end. */
export type OnField = (name: number, colonAt: number, valueEnd: number) => void;

/** Characters of a malformed line that are shown. */
const shownMax = 20;

const tooManyFields = (): HeadFault => headFault('too-many-fields', `the head has more than ${fieldsMax} fields`);

/** Where the head ends, one byte behind its empty line; or how many bytes are needed to say more. */
export function findEnd(
  prefix: Uint8Array,
): number | { readonly is: 'need-more'; readonly atLeast: number } | HeadFault {
  const head = prefix.length > headCapBytes ? prefix.subarray(0, headCapBytes) : prefix;
  let lineStart = 0;
  // The count bounds the work for a peer that sends thousands of short lines byte by byte.
  for (let lines = 0; ; lines++) {
    if (lines > fieldsMax + 1) return tooManyFields();
    const newline = head.indexOf(lf, lineStart);
    if (newline < 0) {
      if (prefix.length >= headCapBytes) return headFault('too-big', `the head has more than ${headCapBytes} bytes`);
      return { is: 'need-more', atLeast: prefix.length + 1 };
    }
    if (byteAt(head, newline - 1) !== cr)
      return headFault('bare-newline', 'a line of the head ends without a carriage return');
    if (newline - 1 === lineStart) return newline + 1;
    lineStart = newline + 1;
  }
}

/**
 * Walks once over field lines, each of which must be a name, a colon and a value that ends with CR LF: no folded line, no
 * blank before the colon, no lone CR or LF, no control character.
 *
 * @param end Where the empty line begins, which is not looked at.
 */
export function walkFields(bytes: Uint8Array, from: number, end: number, onField: OnField): HeadFault | undefined {
  let at = from;
  for (let count = 0; at < end; count++) {
    if (count === fieldsMax) return tooManyFields();
    const name = at;
    while (isTokenByte(bytes[at] ?? 0)) at++;
    if (at === name || bytes[at] !== colon) return faultOfName(bytes, name, at);
    const colonAt = at++;
    while (isValueByte(bytes[at] ?? 0)) at++;
    if (bytes[at] !== cr || bytes[at + 1] !== lf) return faultOfValue(bytes, name, colonAt, at);
    onField(name, colonAt, at);
    at += 2;
  }
  return undefined;
}

function faultOfName(bytes: Uint8Array, name: number, at: number): HeadFault {
  const byte = byteAt(bytes, at);
  if (at === name && (byte === blank || byte === tab))
    return headFault('folded-field', 'a field of the head is folded over two lines');
  if (isBareReturn(bytes, at)) return bareReturn();
  // No more than its beginning: what follows may be a secret.
  const word = latin1(bytes.subarray(name, Math.min(Math.max(at, name + 1), name + shownMax)));
  return headFault('field', `the line that begins ${quoted(word)} is not a field`);
}

function faultOfValue(bytes: Uint8Array, name: number, colonAt: number, at: number): HeadFault {
  if (isBareReturn(bytes, at)) return bareReturn();
  const text = latin1(bytes.subarray(name, colonAt));
  return headFault('field', `the field ${quoted(text)} has a control character in its value`);
}

/** A carriage return without its newline, or a zero byte: some readers take either for the end of a line. */
const isBareReturn = (bytes: Uint8Array, at: number): boolean =>
  byteAt(bytes, at) === 0 || (byteAt(bytes, at) === cr && byteAt(bytes, at + 1) !== lf);

export const bareReturn = (): HeadFault =>
  headFault('bare-return', 'the head has a carriage return or a zero byte inside a line');

/** The value of a field: the bytes behind its colon without blanks at both ends. */
export function valueText(bytes: Uint8Array, colonAt: number, valueEnd: number): string {
  let from = colonAt + 1;
  let to = valueEnd;
  while (from < to && isBlank(bytes[from])) from++;
  while (from < to && isBlank(bytes[to - 1])) to--;
  return latin1(bytes.subarray(from, to));
}

const isBlank = (byte: number | undefined): boolean => byte === blank || byte === tab;

/** All fields of lines that were walked without a fault, in the order sent. */
export function fieldsIn(bytes: Uint8Array, from: number, end: number): readonly Field[] {
  const fields: Field[] = [];
  walkFields(bytes, from, end, (name, colonAt, valueEnd) => {
    fields.push({
      name: latin1(bytes.subarray(name, colonAt)).toLowerCase(),
      value: valueText(bytes, colonAt, valueEnd),
    });
  });
  return fields;
}

/** Whether the bytes from `at` on are the name, in whatever case. `_` counts as `-`, as some servers read it. */
export function isNamed(bytes: Uint8Array, at: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const byte = bytes[at + i] ?? 0;
    const want = name.charCodeAt(i);
    if ((byte | 0x20) !== want && !(want === 0x2d && byte === 0x5f)) return false;
  }
  return true;
}

/** The members of a comma-separated value, in lower case, empty ones left out. */
export const membersOf = (value: string): readonly string[] =>
  value
    .split(',')
    .map((member) => member.trim().toLowerCase())
    .filter((member) => member !== '');
