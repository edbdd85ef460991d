import { engines } from '../ir/index.ts';
import { problem, type RawSpec } from './raw-spec.ts';
import type { Problem } from './spec-source.ts';

/** Something that the format has fields for and that not every release does. */
export interface Feature {
  /** For the reference page: what it is, and the fields that ask for it. */
  readonly title: string;
  readonly isBuilt: boolean;
  /** Each place of a spec that asks for it. */
  readonly asks: (raw: RawSpec) => readonly Ask[];
}

interface Ask {
  readonly path: Problem['path'];
  /** Begins the sentence that ends in ", which is not built yet". */
  readonly what: string;
  /** What to write meanwhile. */
  readonly hint: string;
  readonly at?: 'key';
}

/**
 * The one list of what a spec can ask for and lakegate may not do yet. A field that the reader takes is acted on by
 * some part, or belongs to a row here; a test holds every field of the format to that.
 */
export const features: readonly Feature[] = [
  {
    title: 'the HAProxy engine: `hub.router.engine: haproxy`',
    isBuilt: engines.haproxy.isBuilt,
    asks: ({ hub }) =>
      hub?.router.engine === 'haproxy'
        ? [
            {
              path: ['hub', 'router', 'engine'],
              what: 'the hub asks for the HAProxy engine',
              hint: 'write engine: node, or remove the field',
            },
          ]
        : [],
  },
  {
    title: 'creating a workspace: `workspaces.<name>.create`',
    isBuilt: false,
    asks: (raw) =>
      named(raw.workspaces).flatMap(([name, { create }]): readonly Ask[] =>
        create
          ? [
              {
                path: ['workspaces', name, 'create'],
                what: `the workspace ${name} asks for its creation`,
                hint: 'create the workspace in another way, and write its id instead of create',
                at: 'key',
              },
            ]
          : [],
      ),
  },
];

function named<T>(entries: ReadonlyMap<string, { readonly value?: T }>): readonly (readonly [string, T])[] {
  return [...entries].flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value] as const]));
}

/** Each place where the spec asks for what is not built, as an error. */
export const notBuiltIn = (raw: RawSpec): readonly Problem[] =>
  features
    .filter(({ isBuilt }) => !isBuilt)
    .flatMap(({ asks }) => asks(raw))
    .map(({ path, what, hint, at }) =>
      problem('LG_NOT_BUILT_YET', path, `${what}, which is not built yet`, { hint, ...(at && { at }) }),
    );
