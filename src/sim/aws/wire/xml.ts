/** What becomes XML: a list is an element for each entry, named as the protocol has it; undefined is left out. */
export type Xml = string | number | boolean | undefined | readonly Xml[] | { readonly [name: string]: Xml };

/** Writes a value inside an element. `entry` is what the entries of a list are called: `item` in EC2, `member` in ELB. */
export function toXml(name: string, value: Xml, entry: 'item' | 'member'): string {
  if (value === undefined) return '';
  return `<${name}>${inner(value, entry)}</${name}>`;
}

function inner(value: Xml, entry: 'item' | 'member'): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((each) => toXml(entry, each as Xml, entry)).join('');
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([name, each]) => toXml(name, each, entry))
      .join('');
  }
  return String(value).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
