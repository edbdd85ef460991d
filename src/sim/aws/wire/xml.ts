/** What becomes XML: a list is an element for each entry, named as the protocol has it; undefined is left out. */
export type Xml = string | number | boolean | undefined | Entries | readonly Xml[] | { readonly [name: string]: Xml };

/** A list whose entries have a name of their own, as a few lists of EC2 do. */
export class Entries {
  readonly name: string;
  readonly values: readonly Xml[];

  constructor(name: string, values: readonly Xml[]) {
    this.name = name;
    this.values = values;
  }
}

/** Writes a value inside an element. `entry` is what the entries of a list are called: `item` in EC2, else `member`. */
export function toXml(name: string, value: Xml, entry: 'item' | 'member'): string {
  if (value === undefined) return '';
  return `<${name}>${inner(value, entry)}</${name}>`;
}

function inner(value: Xml, entry: 'item' | 'member'): string {
  if (value === undefined) return '';
  if (value instanceof Entries) return value.values.map((each) => toXml(value.name, each, entry)).join('');
  if (isList(value)) return value.map((each) => toXml(entry, each, entry)).join('');
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([name, each]) => toXml(name, each, entry))
      .join('');
  }
  return String(value).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

const isList = (value: Xml): value is readonly Xml[] => Array.isArray(value);
