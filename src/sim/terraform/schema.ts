/** A type as Terraform writes it in JSON. */
export type SchemaType =
  | 'string'
  | 'number'
  | 'bool'
  | 'dynamic'
  | readonly ['list' | 'set' | 'map', SchemaType]
  | readonly ['object', Readonly<Record<string, SchemaType>>];

export interface SchemaAttribute {
  /** Absent when `nesting` and `block` describe an object attribute. */
  readonly type?: SchemaType;
  readonly nesting?: 'single' | 'list' | 'set' | 'map';
  readonly block?: SchemaBlock;
  readonly is: 'required' | 'optional' | 'computed' | 'optional+computed';
  readonly sensitive?: boolean;
}

export interface SchemaNested {
  readonly nesting: 'single' | 'list' | 'set';
  readonly min?: number;
  readonly max?: number;
  readonly block: SchemaBlock;
}

export interface SchemaBlock {
  readonly attributes: Readonly<Record<string, SchemaAttribute>>;
  readonly blocks?: Readonly<Record<string, SchemaNested>>;
}

/** The part of a provider's schema that the simulated provider serves. Written by scripts/terraform-schema.ts. */
export interface SchemaSlice {
  /** The package it was derived from, with its version. */
  readonly source: string;
  /** Version of the provider that the bindings were generated from. */
  readonly providerVersion: string;
  readonly provider: SchemaBlock;
  readonly resources: Readonly<Record<string, SchemaBlock>>;
  readonly data: Readonly<Record<string, SchemaBlock>>;
}

export const isComputed = (attribute: SchemaAttribute): boolean => attribute.is.endsWith('computed');
