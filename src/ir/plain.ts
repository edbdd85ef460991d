/** The value of a shape as plans hold it: plain data, read by many, written by one. */
export type Plain<T> = T extends string | number | boolean | null | undefined
  ? T
  : { readonly [Key in keyof T]: Plain<T[Key]> };
