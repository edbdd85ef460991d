/**
 * The part of the protocol buffers wire format that Terraform's plugin protocol uses: varints, length-delimited fields,
 * repeated fields, maps with string keys. A message type is data, so the protocol reads like its definition.
 */

export type Field =
  | { readonly kind: 'int' | 'bool' | 'string' | 'bytes'; readonly number: number; readonly many?: boolean }
  | { readonly kind: 'message'; readonly number: number; readonly many?: boolean; readonly of: () => Message }
  | { readonly kind: 'map'; readonly number: number; readonly of: () => Message };

export type Message = Readonly<Record<string, Field>>;

export type Fields = Readonly<Record<string, unknown>>;

const wire = { varint: 0, fixed64: 1, delimited: 2, fixed32: 5 } as const;

/** Fields that are undefined, false, 0, '' or empty are left out, as proto3 does. */
export function encodeMessage(type: Message, value: Fields): Buffer {
  const parts: Buffer[] = [];
  for (const [name, field] of Object.entries(type)) {
    const given = value[name];
    if (given === undefined || given === null) continue;
    if (field.kind === 'map') {
      for (const [key, each] of Object.entries(given as Fields))
        parts.push(tagged(field.number, encodeMessage(mapEntry(field.of), { key, value: each })));
    } else if (field.many) {
      for (const each of given as readonly unknown[]) parts.push(encodeField(field, each));
    } else if (given !== false && given !== 0 && given !== '') parts.push(encodeField(field, given));
  }
  return Buffer.concat(parts);
}

function encodeField(field: Exclude<Field, { kind: 'map' }>, value: unknown): Buffer {
  switch (field.kind) {
    case 'int':
    case 'bool':
      return Buffer.concat([varint(field.number * 8 + wire.varint), varint(Number(value))]);
    case 'string':
      return tagged(field.number, Buffer.from(String(value)));
    case 'bytes':
      return tagged(field.number, value as Uint8Array);
    case 'message':
      return tagged(field.number, encodeMessage(field.of(), value as Fields));
    default:
      return field satisfies never;
  }
}

const mapEntry = (of: () => Message): Message => ({
  key: { kind: 'string', number: 1 },
  value: { kind: 'message', number: 2, of },
});

function tagged(number: number, body: Uint8Array): Buffer {
  return Buffer.concat([varint(number * 8 + wire.delimited), varint(body.length), body]);
}

function varint(value: number): Buffer {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Buffer.from(bytes);
}

/** Unknown fields are skipped: a newer Terraform sends more than is read here. Throws a RangeError on cut or malformed bytes. */
export function decodeMessage(type: Message, bytes: Uint8Array): Record<string, unknown> {
  const reader = new Reader(bytes);
  const made: Record<string, unknown> = {};
  const byNumber = new Map(Object.entries(type).map(([name, field]) => [field.number, { name, field }]));
  while (!reader.done) {
    const tag = reader.varint();
    const found = byNumber.get(Math.floor(tag / 8));
    const kind = tag % 8;
    if (!found) {
      reader.skip(kind);
      continue;
    }
    const { name, field } = found;
    if (field.kind === 'map') {
      const entry = decodeMessage(mapEntry(field.of), reader.delimited());
      made[name] = { ...(made[name] as object | undefined), [String(entry.key ?? '')]: entry.value };
      continue;
    }
    const value = decodeField(field, reader);
    made[name] = field.many ? [...((made[name] as unknown[] | undefined) ?? []), value] : value;
  }
  return made;
}

function decodeField(field: Exclude<Field, { kind: 'map' }>, reader: Reader): unknown {
  switch (field.kind) {
    case 'int':
      return reader.varint();
    case 'bool':
      return reader.varint() !== 0;
    case 'string':
      return Buffer.from(reader.delimited()).toString('utf8');
    case 'bytes':
      return reader.delimited();
    case 'message':
      return decodeMessage(field.of(), reader.delimited());
    default:
      return field satisfies never;
  }
}

class Reader {
  private at = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  varint(): number {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.at];
      if (byte === undefined) throw new RangeError('a varint is cut');
      this.at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
    }
    throw new RangeError('a varint is longer than 10 bytes');
  }

  delimited(): Uint8Array {
    const length = this.varint();
    if (length < 0 || this.at + length > this.bytes.length) throw new RangeError('a field is cut');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  skip(kind: number): void {
    if (kind === wire.varint) this.varint();
    else if (kind === wire.delimited) this.delimited();
    else if (kind === wire.fixed64) this.at += 8;
    else if (kind === wire.fixed32) this.at += 4;
    else throw new RangeError(`wire type ${kind} is not known`);
    if (this.at > this.bytes.length) throw new RangeError('a field is cut');
  }
}
