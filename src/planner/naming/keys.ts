/** The number in a key such as `n-12`. */
export const numberOf = (key: string): number => Number(key.slice(key.indexOf('-') + 1));
