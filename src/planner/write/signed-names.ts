import { byText, type Hostname } from '../../ir/index.ts';
import type { Spec } from '../../spec/index.ts';

/**
 * The names for which the CA may sign, each with all names below it: those that the spec states, else the inspected
 * ones. A name below another of the list adds nothing and is left out.
 */
export function signedNames({ inspection }: Spec, inspected: Iterable<Hostname>): readonly Hostname[] {
  const names = new Set(inspection?.ca.names ?? inspected);
  return [...names].filter((name) => !hasAbove(name, names)).sort(byText);
}

function hasAbove(name: string, names: ReadonlySet<string>): boolean {
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1))
    if (names.has(name.slice(dot + 1))) return true;
  return false;
}
