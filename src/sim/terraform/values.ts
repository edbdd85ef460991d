import { Decoder, Encoder, ExtensionCodec } from '@msgpack/msgpack';
import type { SchemaBlock, SchemaType } from './schema.ts';

/** A value that Terraform will know only after apply. */
export class Unknown {
  toJSON(): string {
    return '(known after apply)';
  }
}
export const unknown = new Unknown();

/** A value as Terraform plans it: what AWS is given has nothing unknown in it (see sim/aws). */
export type Value = null | boolean | number | string | Unknown | readonly Value[] | { readonly [name: string]: Value };
export type Attributes = Readonly<Record<string, Value>>;

/** cty's extensions: 0 is a plain unknown, 12 an unknown with refinements, which are not needed here. */
const codec = new ExtensionCodec();
codec.register({
  type: 0,
  encode: (value) => (value instanceof Unknown ? new Uint8Array([0]) : null),
  decode: () => unknown,
});
codec.register({ type: 12, encode: () => null, decode: () => unknown });

const encoder = new Encoder({ extensionCodec: codec, sortKeys: true, ignoreUndefined: true });
const decoder = new Decoder({ extensionCodec: codec });

/** A DynamicValue of the protocol. */
export function encodeValue(value: Value): { readonly msgpack: Uint8Array } {
  return { msgpack: encoder.encode(value) };
}

export function decodeValue(given: unknown): Value {
  const { msgpack, json } = (given ?? {}) as { msgpack?: Uint8Array; json?: Uint8Array };
  if (msgpack?.length) return decoder.decode(msgpack) as Value;
  if (json?.length) return JSON.parse(Buffer.from(json).toString('utf8')) as Value;
  return null;
}

export const isObject = (value: Value | undefined): value is { readonly [name: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Unknown);

/** The elements of a list or set; nothing when it is null or not known. */
export const elements = (value: Value | undefined): readonly Value[] => (Array.isArray(value) ? value : []);

export function holdsUnknown(value: Value | undefined): boolean {
  if (value instanceof Unknown) return true;
  if (Array.isArray(value)) return value.some(holdsUnknown);
  return isObject(value) && Object.values(value).some(holdsUnknown);
}

/** Equal as Terraform sees it: the order of a set does not matter, null and empty collections do not differ. */
export function sameValue(a: Value | undefined, b: Value | undefined, isSet = false): boolean {
  return canonical(a, isSet) === canonical(b, isSet);
}

function canonical(value: Value | undefined, isSet: boolean): string {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return 'null';
  if (value instanceof Unknown) return '?';
  if (Array.isArray(value)) {
    const parts = value.map((each) => canonical(each, false));
    return `[${(isSet ? parts.sort() : parts).join()}]`;
  }
  if (isObject(value)) {
    const parts = Object.keys(value)
      .sort()
      .filter((key) => canonical(value[key], false) !== 'null')
      .map((key) => `${key}:${canonical(value[key], false)}`);
    return parts.length ? `{${parts.join()}}` : 'null';
  }
  return JSON.stringify(value);
}

/** The value with every attribute and block of the schema present, nothing else, and no unknown left (`null` instead). */
export function conform(block: SchemaBlock, value: Attributes): Attributes {
  const made: Record<string, Value> = {};
  for (const [name, attribute] of Object.entries(block.attributes)) {
    const given = known(value[name]);
    made[name] = attribute.block
      ? nestedObject(attribute.block, given)
      : attribute.type
        ? coerce(attribute.type, given)
        : given;
  }
  for (const [name, nested] of Object.entries(block.blocks ?? {})) {
    const given = known(value[name]);
    if (nested.nesting === 'single') made[name] = isObject(given) ? conform(nested.block, given) : null;
    else made[name] = elements(given).map((each) => conform(nested.block, isObject(each) ? each : {}));
  }
  return made;
}

const known = (value: Value | undefined): Value => (value === undefined || value instanceof Unknown ? null : value);

function nestedObject(block: SchemaBlock, value: Value): Value {
  if (Array.isArray(value)) return value.map((each) => nestedObject(block, each));
  return isObject(value) ? conform(block, value) : null;
}

function coerce(type: SchemaType, value: Value): Value {
  if (value === null || value instanceof Unknown) return null;
  if (typeof type === 'string') {
    if (type === 'string') return typeof value === 'string' ? value : JSON.stringify(value);
    if (type === 'number') return Number(value);
    if (type === 'bool') return value === true || value === 'true';
    return value;
  }
  if (type[0] === 'object') {
    if (!isObject(value)) return null;
    return Object.fromEntries(Object.entries(type[1]).map(([name, each]) => [name, coerce(each, known(value[name]))]));
  }
  if (type[0] === 'map') {
    return isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, coerce(type[1], each)]))
      : null;
  }
  return elements(value).map((each) => coerce(type[1], each));
}
