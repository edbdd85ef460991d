/** A set of workspaces or NCCs as bits, by their index. */
export type Bits = bigint;

/** All members of some sets. */
export const union = (sets: readonly Bits[]): Bits => sets.reduce((all, set) => all | set, 0n);

/** The indexes in a set, rising. */
export function membersOf(set: Bits): number[] {
  const members: number[] = [];
  for (let rest = set, base = 0; rest !== 0n; rest >>= 32n, base += 32) {
    let word = Number(rest & 0xffff_ffffn);
    while (word !== 0) {
      const bit = 31 - Math.clz32(word & -word);
      members.push(base + bit);
      word &= word - 1;
    }
  }
  return members;
}
