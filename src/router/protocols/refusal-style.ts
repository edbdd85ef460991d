import type { Refusal } from '../../diagnostics/index.ts';
import { nothing } from './bytes.ts';

/**
 * How a client can be told a refusal at a moment of its connection: the last bytes it gets, in the protocol that it can
 * read then. None where there is nothing that it would understand.
 */
export type RefusalStyle = (refusal: Refusal) => Uint8Array;

/** The connection is closed without a word. */
export const silent: RefusalStyle = () => nothing;
