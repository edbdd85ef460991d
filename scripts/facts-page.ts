import { defaultFacts, type Fact, type Price } from '../src/facts/index.ts';

/** docs/facts.md, made from src/facts. */
export function factsPage(): string {
  const { limits, numbers, prices, instances, regions, principals, accountHosts } = defaultFacts;
  return `# Facts

Every limit, price and name that AWS or Databricks chose and that lakegate plans with, with where and when it was read.
\`documented\`: the vendor's own text. \`reported\`: a third party says it. \`assumption\`: no source was found, or sources differ;
the value is the careful choice. This page is made from \`src/facts\` by \`npm run docs\`.

## Limits that \`limits:\` of a spec may override

${table(['limit', 'value', 'counts', 'raised on request', 'how sure', 'source', 'read', 'remark'], Object.values(limits).map(factRow))}

## Other numbers

${table(['number', 'value', 'counts', 'raised on request', 'how sure', 'source', 'read', 'remark'], Object.values(numbers).map(factRow))}

## Prices

List prices of us-east-1, on demand. What is \`unknown\` has no published price, or none was read: it is never counted as nothing.

${table(['price', 'USD', 'per', 'how sure', 'source', 'read', 'remark'], Object.values(prices).map(priceRow))}

## Instance types

Prices by the hour; throughput is what an instance carries for hours, bursts are higher.

${table(
  ['type', 'processor', 'vCPUs', 'MiB', 'Mbit/s', 'USD an hour', 'price from', 'read'],
  Object.entries(instances).map(([name, { value }]) => [
    name,
    value.architecture,
    String(value.vcpus),
    String(value.memoryMib),
    String(value.baselineMbps),
    String(value.hourlyUsd),
    value.priceSource,
    value.priceAsOf,
  ]),
)}

## Regions

A region that is not here is a warning, not an error: AWS may have opened it since.

${table(
  ['partition', 'regions', 'source', 'read'],
  Object.entries(regions).map(([partition, fact]) => [partition, fact.value.join(', '), fact.source, fact.asOf]),
)}

## Databricks identities

${table(
  ['partition', 'account of the principal', 'ARN partition', 'account host', 'source', 'read'],
  Object.entries(principals).map(([partition, fact]) => [
    partition,
    fact.value.account,
    fact.value.arnPartition,
    accountHosts[partition as keyof typeof accountHosts].value,
    fact.source,
    fact.asOf,
  ]),
)}
`;
}

const factRow = (fact: Fact<number>): readonly string[] => [
  fact.name,
  String(fact.value),
  fact.unit,
  fact.adjustable ? 'yes' : 'no',
  fact.sure,
  fact.source,
  fact.asOf,
  fact.remark ?? '',
];

const priceRow = (price: Price): readonly string[] => [
  price.name,
  String(price.amount),
  price.per,
  price.sure,
  price.source,
  price.asOf,
  price.remark ?? '',
];

/** Padded as the formatter pads, so that a fresh page is a formatted one. */
function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = titles.map((title, i) => Math.max(3, title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[], fill = ' '): string =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0, fill)).join(' | ')} |`;
  const rule = line(
    titles.map(() => ''),
    '-',
  );
  return [line(titles), rule, ...rows.map((row) => line(row))].join('\n');
}
