import { type Fact, fromPage } from './fact.ts';

export interface InstanceType {
  readonly architecture: 'arm64' | 'x64';
  readonly vcpus: number;
  readonly memoryMib: number;
  /** What it carries for hours; bursts are higher. */
  readonly baselineMbps: number;
  /** On demand, Linux, us-east-1. */
  readonly hourlyUsd: number | 'unknown';
  /** Where the price was read. */
  readonly priceSource: string;
  readonly priceAsOf: string;
  readonly priceSure: 'reported' | 'assumption';
}

type Row = readonly [
  name: string,
  architecture: 'arm64' | 'x64',
  vcpus: number,
  memoryMib: number,
  baselineMbps: number,
  hourlyUsd: number | 'unknown',
  priceSure: 'reported' | 'assumption',
];

const rows: readonly Row[] = [
  ['t3.micro', 'x64', 2, 1024, 64, 0.0104, 'reported'],
  ['t3.small', 'x64', 2, 2048, 128, 'unknown', 'assumption'],
  ['t3.medium', 'x64', 2, 4096, 256, 'unknown', 'assumption'],
  ['t3.large', 'x64', 2, 8192, 512, 0.0832, 'reported'],
  ['t4g.nano', 'arm64', 2, 512, 32, 0.0042, 'reported'],
  ['t4g.micro', 'arm64', 2, 1024, 64, 'unknown', 'assumption'],
  ['t4g.small', 'arm64', 2, 2048, 128, 0.0168, 'assumption'],
  ['t4g.medium', 'arm64', 2, 4096, 256, 0.0336, 'assumption'],
  ['t4g.large', 'arm64', 2, 8192, 512, 'unknown', 'assumption'],
  ['t4g.xlarge', 'arm64', 4, 16_384, 1024, 'unknown', 'assumption'],
  ['t4g.2xlarge', 'arm64', 8, 32_768, 2048, 'unknown', 'assumption'],
  ['c7g.medium', 'arm64', 1, 2048, 520, 0.0363, 'assumption'],
  ['c7g.large', 'arm64', 2, 4096, 937, 'unknown', 'assumption'],
  ['m7g.large', 'arm64', 2, 8192, 937, 0.0816, 'reported'],
];

const bandwidth = fromPage('third-party table of instance bandwidth (baseline, not burst)', '2023-03', 'reported');

const instance = ([name, architecture, vcpus, memoryMib, baselineMbps, hourlyUsd, priceSure]: Row) =>
  [
    name,
    bandwidth(
      name,
      {
        architecture,
        vcpus,
        memoryMib,
        baselineMbps,
        hourlyUsd,
        priceSource:
          hourlyUsd === 'unknown'
            ? 'no source read'
            : priceSure === 'reported'
              ? 'third-party price page'
              : 'general knowledge, no source read',
        priceAsOf: '2026-06',
        priceSure,
      } satisfies InstanceType,
      'instance type',
    ),
  ] as const;

/** Instance types with what the planner needs of them. A type that is not here has an unknown size and price. */
export const instanceFacts: Readonly<Record<string, Fact<InstanceType>>> = Object.fromEntries(rows.map(instance));

/**
 * The processor of an instance type, also of one without a fact: Graviton families end in `g`, with letters after it
 * for disk, network or both (`c7gn.large`, `m6gd.xlarge`); `a1` is the first of them.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html (2026-11-20)
 */
export function architectureOf(instanceType: string): 'arm64' | 'x64' {
  const family = instanceType.split('.')[0] ?? '';
  return /^(a1|[a-z]+\d+g[a-z]*)$/.test(family) ? 'arm64' : 'x64';
}
