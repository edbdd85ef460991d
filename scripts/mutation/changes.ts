import type { Node } from './syntax.ts';

/** A change of one node: what it does to the code, and the text in its place. */
export interface Change {
  readonly operator: Operator;
  readonly replacement: string;
}

type Operator =
  | 'array'
  | 'arithmetic'
  | 'body'
  | 'comparison'
  | 'condition'
  | 'default'
  | 'literal'
  | 'logic'
  | 'method'
  | 'negation'
  | 'removed'
  | 'return';

type Source = (node: Node) => string;

/**
 * The changes of a value. Prose is left alone: a text with a blank in it is judged by goldens and readers.
 *
 * @param parent The node around it, which says whether this value is a condition or what a function returns.
 */
export function changesOfValue(node: Node, parent: Node | undefined, source: Source): Change[] {
  const isTest = isCondition(node, parent);
  return [...own(node, parent, isTest, source), ...ofCondition(node, parent), ...ofResult(node, parent)];
}

/** `<` and `<=` differ at one value; the second form is the contrary, which a condition gets by `true` and `false`. */
const comparisons: Readonly<Record<string, { readonly boundary?: string; readonly contrary: string }>> = {
  '<': { boundary: '<=', contrary: '>=' },
  '<=': { boundary: '<', contrary: '>' },
  '>': { boundary: '>=', contrary: '<=' },
  '>=': { boundary: '>', contrary: '<' },
  '===': { contrary: '!==' },
  '!==': { contrary: '===' },
};

const arithmetic: Readonly<Record<string, string>> = {
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '<<': '>>',
  '>>': '<<',
  '>>>': '<<',
  '&': '|',
  '|': '&',
  '^': '&',
};

function own(node: Node, parent: Node | undefined, isTest: boolean, source: Source): Change[] {
  const { operator } = node;
  const [left, right, argument] = [node.left, node.right, node.argument] as Node[];
  const joined = (by: string): string => (left && right ? `${source(left)} ${by} ${source(right)}` : '');
  switch (node.type) {
    case 'BinaryExpression': {
      const comparison = comparisons[String(operator)];
      if (comparison) {
        const { boundary, contrary } = comparison;
        const forms = [...(boundary ? [boundary] : []), ...(isTest ? [] : [contrary])];
        return forms.map((form) => ({ operator: 'comparison', replacement: joined(form) }));
      }
      const other = arithmetic[String(operator)];
      if (!other || isText(left) || isText(right)) return [];
      return [{ operator: 'arithmetic', replacement: joined(other) }];
    }
    case 'LogicalExpression':
      if (operator === '??' && left && right)
        return [left, right].map((side) => ({ operator: 'default', replacement: source(side) }));
      return [{ operator: 'logic', replacement: joined(operator === '&&' ? '||' : '&&') }];
    case 'UnaryExpression':
      if (operator === '!' && argument && !isTest) return [{ operator: 'negation', replacement: source(argument) }];
      return [];
    case 'UpdateExpression': {
      const swapped = operator === '++' ? source(node).replace('++', '--') : source(node).replace('--', '++');
      return [{ operator: 'arithmetic', replacement: swapped }];
    }
    case 'AssignmentExpression': {
      const other = /^[+-]=$/.test(String(operator)) && !isText(right) ? (operator === '+=' ? '-=' : '+=') : undefined;
      return other ? [{ operator: 'arithmetic', replacement: joined(other) }] : [];
    }
    case 'Literal':
      return ofLiteral(node, parent, source);
    case 'TemplateLiteral': {
      const plain = (node.quasis as { readonly value: { readonly raw: string } }[]).map(({ value }) => value.raw);
      if (parent?.type === 'TaggedTemplateExpression' || /\s/.test(plain.join(''))) return [];
      return [{ operator: 'literal', replacement: "''" }];
    }
    case 'ArrayExpression':
      return (node.elements as unknown[]).length > 0 ? [{ operator: 'array', replacement: '[]' }] : [];
    case 'CallExpression':
      return ofCall(node, parent, source);
    default:
      return [];
  }
}

const isText = (node: Node | undefined): boolean =>
  node?.type === 'TemplateLiteral' || (node?.type === 'Literal' && typeof node.value === 'string');

function ofLiteral(node: Node, parent: Node | undefined, source: Source): Change[] {
  const { value } = node;
  const literal = (...replacements: string[]): Change[] =>
    replacements.map((replacement) => ({ operator: 'literal', replacement }));
  if ('regex' in node && node.regex) return literal('/(?!)/', '/(?:)/');
  if (typeof value === 'boolean') return literal(String(!value));
  if (typeof value === 'bigint') return literal(`${source(node)} + 1n`);
  if (typeof value === 'number') return literal(`${source(node)} + 1`);
  if (typeof value !== 'string' || /\s/.test(value) || parent?.type === 'ImportExpression') return [];
  return literal(value === '' ? "'mutated'" : "''");
}

const methods: Readonly<Record<string, string>> = {
  some: 'every',
  every: 'some',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  min: 'max',
  max: 'min',
  find: 'findLast',
  floor: 'ceil',
  ceil: 'floor',
};

/** Calls whose receiver can stand for their result. */
const passing = /^(?:filter|sort|toSorted|reverse|toReversed|slice|toLowerCase|toUpperCase|trim|concat|subarray)$/;

function ofCall(node: Node, parent: Node | undefined, source: Source): Change[] {
  const callee = node.callee as Node;
  // In a chain (`a?.b()`) a call cannot be taken out of its place without changing what the chain ends.
  if (callee.type !== 'MemberExpression' || callee.computed === true || isOptional(node)) return [];
  if (parent?.type === 'ChainExpression' || parent?.optional === true) return [];
  const name = source(callee.property as Node);
  const receiver = source(callee.object as Node);
  const other = Object.hasOwn(methods, name) ? methods[name] : undefined;
  const called = source(node).slice(source(callee).length);
  if (other) return [{ operator: 'method', replacement: `${receiver}.${other}${called}` }];
  return passing.test(name) ? [{ operator: 'method', replacement: receiver }] : [];
}

function isOptional(node: Node | undefined): boolean {
  if (!node) return false;
  return node.optional === true || isOptional((node.callee ?? node.object) as Node | undefined);
}

const isCondition = (node: Node, parent: Node | undefined): boolean =>
  parent?.test === node && /^(?:If|While|DoWhile|For)Statement$|^ConditionalExpression$/.test(parent.type);

function ofCondition(node: Node, parent: Node | undefined): Change[] {
  if (!isCondition(node, parent) || node.type === 'Literal') return [];
  const never: Change = { operator: 'condition', replacement: 'false' };
  const isLoop = parent?.type !== 'IfStatement' && parent?.type !== 'ConditionalExpression';
  return isLoop ? [never] : [{ operator: 'condition', replacement: 'true' }, never];
}

/** What an arrow function without a block gives. */
function ofResult(node: Node, parent: Node | undefined): Change[] {
  if (parent?.type !== 'ArrowFunctionExpression' || parent.body !== node || node.type === 'BlockStatement') return [];
  return isPlain(node) ? [] : [{ operator: 'return', replacement: 'undefined' }];
}

/** `undefined`, and literals, which have their own change: `false` and nothing are most often the same to the caller. */
const isPlain = (node: Node): boolean =>
  (node.type === 'Literal' && node.value !== '') || (node.type === 'Identifier' && node.name === 'undefined');

/** The changes of a statement: taken out, or a return without its value. */
export function changesOfStatement(node: Node, source: Source): Change[] {
  const removed: Change[] = [{ operator: 'removed', replacement: '' }];
  switch (node.type) {
    case 'ExpressionStatement': {
      const inner = node.expression as Node;
      const isSuper = inner.type === 'CallExpression' && (inner.callee as Node).type === 'Super';
      return typeof node.directive === 'string' || isSuper || isExhaustive(inner, source) ? [] : removed;
    }
    case 'ReturnStatement': {
      const argument = node.argument as Node | null;
      if (!argument) return removed;
      if (isPlain(argument) || isExhaustive(argument, source)) return [];
      return [{ operator: 'return', replacement: 'return undefined;' }];
    }
    case 'ThrowStatement':
    case 'ContinueStatement':
      return removed;
    default:
      return [];
  }
}

/** `x satisfies never`: no value gets there, so no test can. */
const isExhaustive = (node: Node, source: Source): boolean => /satisfies never\)?$/.test(source(node));

/** The change of a function's block: it does nothing. */
export function changesOfBody(node: Node, parent: Node | undefined): Change[] {
  if (node.type !== 'BlockStatement' || !/Function/.test(parent?.type ?? '')) return [];
  const statements = node.body as Node[];
  // One statement that is removed or returns nothing is the same change.
  return statements.length > 1 ? [{ operator: 'body', replacement: 'return undefined;' }] : [];
}
