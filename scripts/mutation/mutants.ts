import { type Change, changesOfBody, changesOfStatement, changesOfValue } from './changes.ts';
import { type Node, parse, partsOf } from './syntax.ts';

/** One small change of a source file, built into its text as a switch. */
export interface Mutant {
  readonly id: number;
  readonly file: string;
  readonly line: number;
  /** What kind of change: `condition`, `comparison`, `literal` … */
  readonly operator: string;
  readonly original: string;
  readonly replacement: string;
}

/**
 * Builds every mutant of a file into its text, each behind `__mutation.on(id)`: one transformed text serves all of them,
 * and a test process switches from one to the next without loading anything again.
 *
 * @param firstId Number of the first mutant; the others follow.
 */
export function instrument(file: string, text: string, firstId: number): { text: string; mutants: Mutant[] } {
  const mutants: Mutant[] = [];
  const source = (node: Node): string => text.slice(node.start, node.end);

  const numbered = (node: Node, changes: readonly Change[]): { id: number; replacement: string }[] =>
    changes.map(({ operator, replacement }) => {
      const id = firstId + mutants.length;
      const line = text.slice(0, node.start).split('\n').length;
      mutants.push({ id, file, line, operator, original: source(node), replacement });
      return { id, replacement };
    });

  const render = (node: Node, parent: Node | undefined): string => {
    const values = numbered(node, changesOfValue(node, parent, source));
    const statements = numbered(node, changesOfStatement(node, source));
    const bodies = numbered(node, changesOfBody(node, parent));
    let inner = '';
    let at = node.start;
    for (const part of partsOf(node)) {
      if (part.start < at) continue; // `{ name }`: key and value are one text
      inner += text.slice(at, part.start) + render(part, node);
      at = part.end;
    }
    inner += text.slice(at, node.end);
    for (const { id, replacement } of values) inner = `(__mutation.on(${id}) ? (${replacement}) : (${inner}))`;
    for (const { id, replacement } of statements) inner = `if (__mutation.on(${id})) {${replacement}} else {${inner}}`;
    for (const { id, replacement } of bodies)
      inner = `{ if (__mutation.on(${id})) { ${replacement} } ${inner.slice(1)}`;
    return inner;
  };

  const program = parse(file, text);
  const head = `const __mutation = globalThis.__mutation;${text.slice(0, program.start)}`;
  return { text: `${head}${render(program, undefined)}${text.slice(program.end)}`, mutants };
}
