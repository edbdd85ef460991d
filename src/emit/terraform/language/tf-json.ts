import { oneLine } from './hcl.ts';
import { Address, Block, type Body, Call, Expression, type Section, Template, type Value, Why } from './value.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * Sections as Terraform's JSON syntax, for tools that read it. Comments become `//` entries, which Terraform ignores in
 * a block; the comment of an entry goes into the `//` of its block.
 */
export function toTfJson(sections: readonly Section[], header: string): string {
  const root: Record<string, Json> = { '//': header };
  for (const section of sections) place(root, section);
  return `${JSON.stringify(root, undefined, 2)}\n`;
}

function place(root: Record<string, Json>, { kind, labels, body, comment }: Section): void {
  const made = bodyJson(body, comment);
  const [first, second] = labels;
  if (first !== undefined && second !== undefined) {
    const types = slot(root, kind);
    slot(types, first)[second] = made;
    return;
  }
  // One object where the name is unique; lists for what may stand several times under one name.
  if (first !== undefined && kind !== 'provider') {
    slot(root, kind)[first] = made;
    return;
  }
  if (first !== undefined) {
    const providers = slot(root, kind);
    providers[first] = [...asList(providers[first]), made];
    return;
  }
  if (kind === 'terraform') root[kind] = made;
  else root[kind] = [...asList(root[kind]), made];
}

function slot(parent: Record<string, Json>, name: string): Record<string, Json> {
  parent[name] ??= {};
  return parent[name] as Record<string, Json>;
}

const asList = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

function bodyJson(body: Body, comment?: string): Json {
  const remarks = comment === undefined ? [] : [comment];
  const out: Record<string, Json> = {};
  for (const [name, given] of Object.entries(body)) {
    if (given === undefined) continue;
    if (given instanceof Why) remarks.push(`${name}: ${given.text}`);
    const value = given instanceof Why ? given.value : given;
    if (value instanceof Block) out[name] = blockJson(value);
    else if (Array.isArray(value) && value.some((each) => each instanceof Block))
      out[name] = value.map((each) => (each instanceof Block ? blockJson(each) : null));
    else out[name] = valueJson(value as Value);
  }
  return remarks.length === 0 ? out : { '//': remarks.join('\n'), ...out };
}

const blockJson = ({ body, label }: Block): Json =>
  label === undefined ? bodyJson(body) : { [label]: bodyJson(body) };

function valueJson(value: Value): Json {
  if (typeof value === 'string') return literal(value);
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value instanceof Address) return value.text;
  if (value instanceof Expression) return `\${${value.text}}`;
  if (value instanceof Call) return `\${${oneLine(value)}}`;
  if (value instanceof Template)
    return value.parts.map((part) => (typeof part === 'string' ? literal(part) : `\${${part.text}}`)).join('');
  if (Array.isArray(value)) return value.map(valueJson);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => (item === undefined ? [] : [[literal(name), valueJson(item)]])),
  );
}

/** Strings of the JSON syntax are templates too. */
const literal = (text: string): string => text.replace(/([$%])\{/g, '$1$1{');
