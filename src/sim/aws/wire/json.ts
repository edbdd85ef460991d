import type { AwsWorld, Caller } from '../world.ts';

/** The members of a JSON body. */
export type Body = Readonly<Record<string, unknown>>;

/** One operation of an API that speaks JSON. Throws AwsError. */
export type JsonAction = (world: AwsWorld, caller: Caller, body: Body) => unknown;

/** A member that is text; empty where it is absent or another thing. */
export const member = (body: Body, name: string): string => {
  const value = body[name];
  return typeof value === 'string' ? value : '';
};
