import type { Diagnostic, PlacedDiagnostic } from '../diagnostics/index.ts';
import { offsetAt, type YamlNode } from './yaml-tree.ts';

/** A diagnostic of the reader; `at: 'key'` where the key is what is wrong. */
export interface Problem extends Diagnostic {
  readonly at?: 'key' | 'value';
}

/** The text of a spec and where things are in it: puts lines on diagnostics, also on those of later stages. */
export class SpecSource {
  readonly file: string;
  readonly text: string;
  readonly #lineStarts: readonly number[];
  readonly #root: YamlNode | undefined;

  constructor(file: string, text: string, root?: YamlNode) {
    this.file = file;
    this.text = text;
    this.#lineStarts = lineStarts(text);
    this.#root = root;
  }

  /** The same text, with the tree that paths are looked up in. */
  withTree(root: YamlNode): SpecSource {
    return new SpecSource(this.file, this.text, root);
  }

  /** Puts diagnostics on their lines, in the order of the file. A path that is not there is placed on the nearest part that is. */
  place(diagnostics: readonly Problem[]): readonly PlacedDiagnostic[] {
    return inOrder(
      diagnostics.map(({ at, ...diagnostic }) =>
        this.at(offsetAt(this.#root, diagnostic.path, at ?? 'value'), diagnostic),
      ),
    );
  }

  /** Puts one diagnostic at an offset (UTF-16 units from 0). */
  at(offset: number, diagnostic: Diagnostic): PlacedDiagnostic {
    const line = this.lineOf(offset);
    return { ...diagnostic, file: this.file, line, column: offset - (this.#lineStarts[line - 1] ?? 0) + 1 };
  }

  /** The line, from 1, that an offset is on. */
  lineOf(offset: number): number {
    let [low, high] = [0, this.#lineStarts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** The text of a line, from 1, without its end. Undefined beyond the file. */
  line(number: number): string | undefined {
    const start = this.#lineStarts[number - 1];
    if (start === undefined) return undefined;
    return this.text.slice(start, this.#lineStarts[number] ?? this.text.length).replace(/\r?\n$/, '');
  }
}

/** By place, then severity as found; the sort is stable. */
export const inOrder = (diagnostics: readonly PlacedDiagnostic[]): readonly PlacedDiagnostic[] =>
  diagnostics.toSorted((a, b) => a.line - b.line || a.column - b.column);

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return starts;
}
