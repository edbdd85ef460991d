/**
 * A Terraform value as typed data. Plain strings are literals and are escaped; what Terraform must compute is one of the
 * classes below. An `undefined` in an object or body leaves the entry out.
 */
export type Value =
  | string
  | number
  | boolean
  | null
  | Expression
  | Address
  | Call
  | Template
  | readonly Value[]
  | { readonly [key: string]: Value | undefined };

/** Native Terraform syntax on one line, such as `aws_lb.s_1.arn`. */
export class Expression {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What Terraform wants bare in both syntaxes: `depends_on`, `provider`, `ignore_changes`, `moved`, a variable's type. */
export class Address {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A function call whose last argument may be a big literal, such as `jsonencode({…})`. */
export class Call {
  readonly name: string;
  readonly args: readonly Value[];
  constructor(name: string, args: readonly Value[]) {
    this.name = name;
    this.args = args;
  }
}

/** A string with expressions in it. Literal parts are escaped. */
export class Template {
  readonly parts: readonly (string | Expression)[];
  constructor(parts: readonly (string | Expression)[]) {
    this.parts = parts;
  }
}

/** A nested block. Several under one name: an array of them. */
export class Block {
  readonly body: Body;
  readonly label: string | undefined;
  constructor(body: Body, label?: string) {
    this.body = body;
    this.label = label;
  }
}

/** An entry with the reason why it is so. Each line of the text becomes a comment line. */
export class Why {
  readonly text: string;
  readonly value: Value | Block;
  constructor(text: string, value: Value | Block) {
    this.text = text;
    this.value = value;
  }
}

/** What stands between the braces of a block, in order. */
export interface Body {
  readonly [name: string]: Value | Block | readonly Block[] | Why | undefined;
}

/** A block at the top of a file. */
export interface Section {
  readonly kind: 'terraform' | 'provider' | 'locals' | 'variable' | 'output' | 'resource' | 'data' | 'moved';
  /** `[]`, `[name]` or `[type, name]`. */
  readonly labels: readonly string[];
  readonly body: Body;
  /** Why it is there. Each line becomes a comment line. */
  readonly comment?: string;
}

export const expr = (text: string): Expression => new Expression(text);
export const address = (text: string): Address => new Address(text);
export const call = (name: string, ...args: readonly Value[]): Call => new Call(name, args);
export const template = (...parts: readonly (string | Expression)[]): Template => new Template(parts);
export const block = (body: Body, label?: string): Block => new Block(body, label);
export const why = (text: string, value: Value | Block): Why => new Why(text, value);

/** A policy document: JSON that Terraform writes, so that references inside it stay references. */
export const policy = (statements: readonly Value[]): Call =>
  call('jsonencode', { Version: '2012-10-17', Statement: statements });

/**
 * Says each reason once in a file: a trap is explained where it is met first, not forty times. Order of the calls is the
 * order of the file.
 */
export function oncePerFile(): (text: string, value: Value | Block) => Value | Block | Why {
  const written = new Set<string>();
  return (text, value) => {
    if (written.has(text)) return value;
    written.add(text);
    return why(text, value);
  };
}
