interface Use {
  readonly used: number;
  readonly of: number;
}

/** From this share on a row of headroom is always shown; of the others only the fullest of each limit. */
const nearlyFull = 0.8;

/** The share that is used; more than all of a limit of nothing where it is used. */
export const fullness = ({ used, of }: Use): number => (of === 0 ? (used > 0 ? 2 : 1) : used / of);

/** A limit of one is full as soon as it is used at all. */
export const isNearlyFull = (use: Use): boolean => use.of > 1 && fullness(use) >= nearlyFull;
