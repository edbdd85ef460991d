import { hasErrors, makeNearest, type PlacedDiagnostic } from '../diagnostics/index.ts';
import { FirstProblems } from './first-problems.ts';
import { normalise } from './normalise.ts';
import { notBuiltIn } from './not-built.ts';
import { checkRules } from './rules/index.ts';
import { takeShape, withMeantSections } from './shape.ts';
import type { Spec } from './spec.ts';
import { inOrder, type SpecSource } from './spec-source.ts';
import { readYaml } from './yaml-source.ts';

export interface SpecReading {
  /** Absent when a diagnostic is an error. */
  readonly spec?: Spec;
  /** Every problem of the file, in the order of its lines. */
  readonly diagnostics: readonly PlacedDiagnostic[];
  /** Where the file asks for what no part of lakegate does yet, as errors. They do not keep `spec` back: the caller does. */
  readonly notBuilt: readonly PlacedDiagnostic[];
  /** The text with its lines; `source.place` puts diagnostics of later stages on them. */
  readonly source: SpecSource;
}

/**
 * Reads a spec: text or bytes of a `lakegate.yaml` → a checked Spec, or every problem in it with its place.
 * Pure, and never throws for bad input. Time grows with the size of the file, which may be 10 MB.
 *
 * @param file The name that diagnostics carry. It is not opened.
 */
export function readSpec(input: string | Uint8Array, file: string): SpecReading {
  const yaml = readYaml(input, file);
  if (!yaml.root) return { diagnostics: inOrder(yaml.diagnostics), notBuilt: [], source: yaml.source };
  const nearest = makeNearest();
  const root = withMeantSections(yaml.root, nearest);
  const source = yaml.source.withTree(root);
  const problems = new FirstProblems();
  const raw = takeShape(root, yaml.root, nearest, problems);
  checkRules({ raw, nearest, report: problems.report });
  const found = [...yaml.diagnostics, ...source.place(problems.kept)];
  const places = new Set(found.map(({ line, column }) => `${line}:${column}`));
  const odd = (yaml.oddNumbers ?? []).filter(({ line, column }) => !places.has(`${line}:${column}`));
  const diagnostics = [...inOrder([...found, ...odd]), ...source.place(problems.rest)];
  const notBuilt = source.place(notBuiltIn(raw));
  return { ...(!hasErrors(diagnostics) && { spec: normalise(raw) }), diagnostics, notBuilt, source };
}
