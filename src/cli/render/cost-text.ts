import type { MonthlyCost } from '../../app/planning/index.ts';
import { fold, tableText, usd } from './table.ts';

/** Each line with its price, where that was read and when, then totals and what they leave out. */
export function costText(cost: MonthlyCost, width: number): string {
  const rows = cost.lines.map((line) => [
    line.what,
    line.kind,
    line.payer,
    usd(line.monthlyUsd),
    [
      `${quantity(line.quantity)} ${line.price.per}${line.price.per.startsWith('GB') ? '' : 's'} at ${line.price.amount === 'unknown' ? 'an unknown price' : `$${line.price.amount}`}: ${line.why}`,
      `${line.price.sure}, ${line.price.source}, ${line.price.asOf}`,
    ],
  ]);
  const unknown =
    cost.unknown.length === 0
      ? []
      : fold(`A lower bound: no price is published or known for ${cost.unknown.join('; ')}.`, width - 2);
  return [
    ...tableText(
      {
        noun: 'line',
        columns: [
          { title: 'what' },
          { title: 'kind' },
          { title: 'paid by' },
          { title: 'a month', align: 'right' },
          { title: 'how' },
        ],
        rows,
      },
      width,
    ),
    '',
    `  fixed ${usd(cost.fixedUsd)} + usage ${usd(cost.usageUsd)} = ${usd(cost.totalUsd)} ${cost.currency} a month, at ${cost.load.gbPerMonth.toLocaleString('en')} GB a month and ${cost.load.connections.toLocaleString('en')} connections`,
    ...unknown.map((line) => `  ${line}`),
    ...cost.remarks.flatMap((remark) => fold(remark, width - 2)).map((line) => `  ${line}`),
  ].join('\n');
}

const quantity = (n: number): string => n.toLocaleString('en', { maximumFractionDigits: 2 });
