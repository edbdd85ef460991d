import type { CodeText } from '../codes.ts';

export const terraformCodes = {} as const satisfies Record<`LG_${string}`, CodeText>;
