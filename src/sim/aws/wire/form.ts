import { AwsError } from '../errors.ts';
import { isObject } from '../values.ts';
import type { AwsWorld, Caller, Thing } from '../world.ts';
import type { Xml } from './xml.ts';

/** The parameters of a query call. */
export type Form = ReadonlyMap<string, string>;

/** One call of a query API. Throws AwsError. */
export type Action = (world: AwsWorld, caller: Caller, form: Form) => Xml;

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

/** What a filter may ask of an object: its values by the filter's name. `tag:<key>` is always among them. */
export type Filterable<T> = Readonly<Record<string, (of: T) => string | readonly string[]>>;

/**
 * What passes EC2's `Filter.1.Name` with `Filter.1.Value.1`, …: each filter is met by one of its values.
 * Throws AwsError for a filter that the call does not know.
 */
export function filtered<T>(all: readonly T[], form: Form, known: Filterable<T>, tags?: (of: T) => Tags): readonly T[] {
  const names = [...form].filter(([key]) => /^Filter\.\d+\.Name$/.test(key));
  const wanted = names.map(([key, name]) => {
    const values = listOf(form, key.replace('Name', 'Value').replaceAll('.', '\\.'));
    const tag = /^tag:(.+)$/.exec(name)?.[1];
    const read =
      known[name] ??
      (tag === undefined || !tags ? undefined : (of: T): string | readonly string[] => tags(of)[tag] ?? []);
    if (!read) throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
    return { values, read };
  });
  return all.filter((each) =>
    wanted.every(({ values, read }) => [read(each)].flat().some((one) => values.includes(one))),
  );
}

export type Tags = Readonly<Record<string, string>>;

/** The tags of an object, with those that its provider gives to everything. */
export function tagsOf({ attributes: { tags, tags_all } }: Thing): Tags {
  const texts = Object.entries({ ...(isObject(tags_all) ? tags_all : {}), ...(isObject(tags) ? tags : {}) });
  return Object.fromEntries(texts.filter((each): each is [string, string] => typeof each[1] === 'string'));
}

/** Tags as EC2 spells them. */
export const tagSet = (thing: Thing): Xml => Object.entries(tagsOf(thing)).map(([key, value]) => ({ key, value }));

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
