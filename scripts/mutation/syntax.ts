import { parseSync } from 'rolldown/utils';

/** A syntax node as the parser gives it: a plain object with a type and a range. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value && 'end' in value;

/** Reads a TypeScript file. Throws for a text that does not parse: the caller got it from a compiled repository. */
export function parse(file: string, text: string): Node {
  const { program, errors } = parseSync(file, text);
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`);
  return program as unknown as Node;
}

/** Types, imports and re-exports: erased before the code runs, or no value. */
const erased = /^(?:TS(?!AsExpression|SatisfiesExpression|NonNullExpression)|Import(?!Expression)|ExportAll)/;

/** Fields that hold names, not values. `key` and `property` are values only when computed: `a[b]`. */
const names = new Set(['parent', 'label', 'id', 'meta', 'source', 'typeAnnotation', 'typeArguments', 'returnType']);

/** The parts of a node that are values or statements, in the order of the text. */
export function partsOf(node: Node): Node[] {
  if (erased.test(node.type)) return [];
  const parts: Node[] = [];
  for (const [field, value] of Object.entries(node)) {
    if (names.has(field) || ((field === 'key' || field === 'property') && node.computed !== true)) continue;
    for (const part of Array.isArray(value) ? value : [value]) if (isNode(part)) parts.push(part);
  }
  return parts.sort((one, other) => one.start - other.start);
}
