import { AwsError, type Operation } from './errors.ts';
import type { Attributes } from './values.ts';
import type { AwsWorld, Caller, Thing } from './world.ts';

/** A change in the making: the world, who asks, and what is asked for. Unknown values are absent. */
export interface Request {
  readonly world: AwsWorld;
  readonly caller: Caller;
  readonly input: Attributes;
}

export interface Change extends Request {
  readonly thing: Thing;
}

/** The rules of one type of object. Each function throws AwsError for what AWS refuses. */
export interface Model {
  readonly type: string;
  /** For the text of errors: the SDK's service name, and the operations. */
  readonly service: string;
  readonly operations: { readonly create: string; readonly update?: string; readonly remove: string };
  /** Checks, then gives the id and everything that AWS adds to what was asked for. */
  create(request: Request): {
    readonly id: string;
    /** Values for what was not asked for. */
    readonly computed: Attributes;
    /** Values that AWS completes, whatever was asked for. */
    readonly settled?: Attributes;
  };
  /** What the provider does until what it made is as wanted. Throws AwsError where it gives up; the object is there all the same. */
  finish?(change: Omit<Change, 'input'>): void;
  /** Checks a change, and gives what AWS changes with it. */
  update?(change: Change): Attributes;
  /** Checks that it can go, and removes what goes with it. */
  remove?(change: Omit<Change, 'input'>): void;
  /** Whether a read no longer finds it, so that the provider drops it from the state. */
  isGone?(change: Omit<Change, 'input'>): boolean;
  /** What changes by itself and is seen on each read. */
  refresh?(change: Omit<Change, 'input'>): Attributes;
  /** The ids that `terraform import` takes, other than the object's own. */
  importId?(thing: Thing): string;
}

export const operationOf = (model: Model, action: 'create' | 'update' | 'remove'): Operation => ({
  service: model.service,
  name: model.operations[action] ?? model.operations.create,
});

/** The object that a request refers to, or AWS's error for a reference to nothing. */
export function referred(world: AwsWorld, type: string, reference: string, code: string, message: string): Thing {
  const found = world.find(type, reference);
  if (!found) throw new AwsError(code, message);
  return found;
}
