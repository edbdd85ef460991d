import { isComputed, type SchemaBlock } from './schema.ts';
import { type Attributes, elements, isObject, sameValue, Unknown, unknown, type Value } from './values.ts';

/** What a provider knows of a type beyond its schema: from the provider's documentation and source. */
export interface Behaviour {
  /** Changing one of these replaces the object. */
  readonly forceNew?: readonly string[];
  /** Values for attributes that the configuration leaves out; in nested blocks under the block's name. */
  readonly defaults?: Readonly<Record<string, Value>>;
  /** Defaults of the elements of nested blocks, by the path of the block: `health_check`. */
  readonly nestedDefaults?: Readonly<Record<string, Readonly<Record<string, Value>>>>;
  /** When one of `when` changes (any attribute, when it is absent), the values of `become` are known after apply. */
  readonly recomputes?: readonly { readonly when?: readonly string[]; readonly become: readonly string[] }[];
  /** Further reasons to replace, that depend on more than one attribute. Gives the attribute that forces it. */
  readonly replaces?: (prior: Attributes, planned: Attributes) => readonly string[];
}

export interface Planned {
  /** null: the object is to be destroyed. */
  readonly state: Attributes | null;
  readonly requiresReplace: readonly string[];
}

/**
 * What a provider answers to "what will this object be": defaults filled in, values that only the cloud can give
 * unknown on create and kept from before on update, and the attributes whose change means a new object.
 */
export function planChange(
  block: SchemaBlock,
  behaviour: Behaviour,
  change: { readonly prior: Attributes | null; readonly proposed: Attributes | null; readonly config: Attributes },
): Planned {
  const { prior, proposed, config } = change;
  if (proposed === null) return { state: null, requiresReplace: [] };
  const state = fillBlock(block, behaviour, proposed, { config, prior, path: '' });
  if (prior === null) return { state, requiresReplace: [] };
  const changed = changedNames(block, prior, state);
  if (changed.length === 0) return { state: prior, requiresReplace: [] };
  for (const { when, become } of behaviour.recomputes ?? [])
    if (!when || when.some((name) => changed.includes(name)))
      for (const name of become) if (isUnset(config[name])) state[name] = unknown;
  // What became unknown counts too: an attribute without a configured value that forces replacement does so on any change.
  const requiresReplace = changedNames(block, prior, state).filter((name) => behaviour.forceNew?.includes(name));
  return { state, requiresReplace: [...new Set([...requiresReplace, ...(behaviour.replaces?.(prior, state) ?? [])])] };
}

const isUnset = (value: Value | undefined): boolean => value === null || value === undefined;

function fillBlock(
  block: SchemaBlock,
  behaviour: Behaviour,
  proposed: Attributes,
  from: { readonly config: Attributes; readonly prior: Attributes | null; readonly path: string },
): Record<string, Value> {
  const state: Record<string, Value> = { ...proposed };
  const defaults = from.path === '' ? behaviour.defaults : behaviour.nestedDefaults?.[from.path];
  for (const [name, attribute] of Object.entries(block.attributes)) {
    if (!isUnset(from.config[name])) continue;
    const fallback = defaults?.[name];
    if (fallback !== undefined && (isUnset(state[name]) || !isComputed(attribute))) state[name] = fallback;
    // An update keeps what was there, also when that is null: the provider had its chance to set it.
    else if (isComputed(attribute) && isUnset(state[name]) && from.prior === null) state[name] = unknown;
  }
  for (const [name, nested] of Object.entries(block.blocks ?? {})) {
    const path = from.path === '' ? name : `${from.path}.${name}`;
    const given = state[name];
    if (nested.nesting === 'single') continue;
    if (given instanceof Unknown || !Array.isArray(given)) continue;
    const configured = elements(from.config[name]);
    const before = elements(from.prior?.[name]);
    state[name] = given.map((each, at) => {
      if (!isObject(each)) return each;
      // Elements of a set have no order to pair them by; the proposed value is used as their configuration.
      const config = nested.nesting === 'list' ? configured[at] : each;
      const prior = nested.nesting === 'list' ? before[at] : undefined;
      return fillBlock(nested.block, behaviour, each, {
        config: isObject(config) ? config : {},
        prior: isObject(prior) ? prior : from.prior === null ? null : {},
        path,
      });
    });
  }
  return state;
}

function changedNames(block: SchemaBlock, prior: Attributes, state: Attributes): readonly string[] {
  const attributes = Object.entries(block.attributes).filter(([name, attribute]) => {
    const isSet = Array.isArray(attribute.type) && attribute.type[0] === 'set';
    return !sameValue(prior[name], state[name], isSet);
  });
  const blocks = Object.entries(block.blocks ?? {}).filter(
    // How long to wait is nothing of the object's.
    ([name, nested]) => name !== 'timeouts' && !sameValue(prior[name], state[name], nested.nesting === 'set'),
  );
  return [...attributes, ...blocks].map(([name]) => name);
}
