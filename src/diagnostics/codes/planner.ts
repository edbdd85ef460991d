import type { CodeText } from '../codes.ts';

export const plannerCodes = {} as const satisfies Record<`LG_${string}`, CodeText>;
