import type { CodeText } from '../codes.ts';

export const specCodes = {} as const satisfies Record<`LG_${string}`, CodeText>;
