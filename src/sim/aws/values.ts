/** An attribute of an object of the simulated AWS, by the name that the Terraform provider gives it. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [name: string]: Value };
export type Attributes = Readonly<Record<string, Value>>;

export const isObject = (value: Value | undefined): value is { readonly [name: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The elements of a list or set; nothing when it is null. */
export const elements = (value: Value | undefined): readonly Value[] => (Array.isArray(value) ? value : []);
