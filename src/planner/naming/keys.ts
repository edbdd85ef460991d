/** The number in a key such as `n-12`. */
export const keyNumber = (key: string): number => Number(key.slice(key.indexOf('-') + 1));
