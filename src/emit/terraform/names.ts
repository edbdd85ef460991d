import type { Body, Section } from './language/value.ts';
import type { DataSourceType, ResourceType } from './resource-types.ts';

/**
 * A key of the plan as a Terraform name: `s-1/5432` becomes `s_1_5432`. Addresses are API: they come from keys that the
 * lock keeps, never from positions. A name that would begin with a digit gets an underscore in front.
 */
export function ident(key: string): string {
  const name = key.replace(/[^A-Za-z0-9]+/g, '_');
  return /^[0-9]/.test(name) ? `_${name}` : name;
}

export const resource = (type: ResourceType, name: string, body: Body, comment?: string): Section => ({
  kind: 'resource',
  labels: [type, name],
  body,
  ...(comment === undefined ? {} : { comment }),
});

export const data = (type: DataSourceType, name: string, body: Body, comment?: string): Section => ({
  kind: 'data',
  labels: [type, name],
  body,
  ...(comment === undefined ? {} : { comment }),
});

export const output = (name: string, body: Body): Section => ({ kind: 'output', labels: [name], body });

export const locals = (body: Body, comment?: string): Section => ({
  kind: 'locals',
  labels: [],
  body,
  ...(comment === undefined ? {} : { comment }),
});
