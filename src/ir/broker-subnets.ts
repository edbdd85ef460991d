/** The subnets of a created cluster's brokers: as many zones as divide the brokers evenly, three at most. */
export function brokerSubnets<T>(subnets: readonly T[], brokers: number): readonly T[] {
  const count = [3, 2].find((each) => each <= subnets.length && brokers % each === 0) ?? 1;
  return subnets.slice(0, count);
}
