import { AwsError } from '../errors.ts';

/** The parameters of a query call. */
export type Form = ReadonlyMap<string, string>;

/** `Name.1`, `Name.2`, …, or with `.member.` between, as ELB has them. */
export function listOf(form: Form, name: string): readonly string[] {
  const pattern = new RegExp(`^${name}(?:s?\\.member)?\\.(\\d+)$`);
  return [...form]
    .flatMap(([key, value]) => {
      const at = pattern.exec(key)?.[1];
      return at === undefined ? [] : [[Number(at), value] as const];
    })
    .sort((a, b) => a[0] - b[0])
    .map(([, value]) => value);
}

/** EC2's `Filter.1.Name` with `Filter.1.Value.1`, …. */
export function filtersOf(form: Form): ReadonlyMap<string, readonly string[]> {
  const names = [...form].filter(([key]) => /^Filter\.\d+\.Name$/.test(key));
  return new Map(names.map(([key, name]) => [name, listOf(form, key.replace('Name', 'Value').replaceAll('.', '\\.'))]));
}

/** The largest page this cloud gives, so that callers must follow tokens. */
const pageCap = 50;

/** One page and the token of the next. Throws AwsError for a token that was never given. */
export function pageOf<T>(
  all: readonly T[],
  form: Form,
  size: string,
  token: string,
): { readonly items: readonly T[]; readonly next: string | undefined } {
  const from = form.has(token) ? Number(/^page-(\d+)$/.exec(form.get(token) ?? '')?.[1] ?? Number.NaN) : 0;
  if (Number.isNaN(from)) throw new AwsError('InvalidNextToken', `The token '${form.get(token)}' is invalid`);
  const most = Math.min(Number(form.get(size) ?? pageCap) || pageCap, pageCap);
  const next = from + most;
  return { items: all.slice(from, next), next: next < all.length ? `page-${next}` : undefined };
}
