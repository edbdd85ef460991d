import type { Comparison, KafkaComparison, Strategy } from '../../app/queries/index.ts';
import { counted } from '../../diagnostics/index.ts';
import { fold, tableText, usd } from './table.ts';

/** The strategies side by side, then what each leaves open, then Kafka. */
export function compareText(comparison: Comparison, width: number): string {
  const { strategies, targets, load, kafka } = comparison;
  const rows = strategies.map(({ title, counts, cost, fits }) => [
    title,
    String(counts.endpoints),
    String(counts.services),
    String(counts.listeners),
    String(counts.routers),
    `${usd(cost.totalUsd)}${cost.unknown.length > 0 ? '+' : ''}`,
    fits ? 'within' : 'exceeded',
  ]);
  return [
    `${counted(targets, 'target')} behind endpoints, at ${load.gbPerMonth.toLocaleString('en')} GB a month and ${counted(load.connections, 'connection')}`,
    '',
    ...tableText(
      {
        noun: 'strategy',
        columns: [
          { title: '' },
          { title: 'endpoints', align: 'right' },
          { title: 'services, NLBs', align: 'right' },
          { title: 'listeners', align: 'right' },
          { title: 'routers', align: 'right' },
          { title: 'a month', align: 'right' },
          { title: 'limits' },
        ],
        rows,
      },
      width,
    ),
    '  + without items that have no published price: see lakegate cost',
    ...(comparison.hubCheaperFromTargets === undefined
      ? []
      : [
          `  the hub costs less than one endpoint per target from ${counted(comparison.hubCheaperFromTargets, 'target')} of this mix`,
        ]),
    ...strategies.flatMap((strategy) => ['', ...detailsOf(strategy, width)]),
    ...(kafka.length === 0 ? [] : ['', ...kafka.flatMap((each) => kafkaLines(each, width))]),
  ].join('\n');
}

function detailsOf({ title, limits, remarks }: Strategy, width: number): readonly string[] {
  const sentences = limits.map(({ limit, used, of, breaks, breaksAtTargets }) => {
    const count = `${limit}: ${used.toLocaleString('en')} of ${of.toLocaleString('en')}`;
    if (breaksAtTargets === undefined) return `${count}; enough for any number of targets`;
    const at = breaksAtTargets.toLocaleString('en');
    return breaks
      ? `${count}: exceeded, from ${at} targets of this mix on`
      : `${count}; exceeded from ${at} targets of this mix on`;
  });
  return [
    title,
    ...[...sentences, ...remarks].flatMap((text) =>
      fold(text, width - 4).map((line, i) => (i === 0 ? `  - ${line}` : `    ${line}`)),
    ),
  ];
}

function kafkaLines(kafka: KafkaComparison, width: number): readonly string[] {
  const { perBroker, sni } = kafka;
  const text = [
    `a load balancer and endpoint service per broker: ${counted(perBroker.endpoints, 'endpoint')}, ${counted(perBroker.services, 'service')}, ${usd(perBroker.monthlyUsd)} a month fixed; over the limits from ${counted(perBroker.breaksAtBrokers, 'broker')} on`,
    `by SNI, with a separate router: ${counted(sni.endpoints, 'endpoint')}, ${counted(sni.services, 'service')}, ${counted(sni.routers, 'router')}, ${usd(sni.monthlyUsd)} a month fixed, the same up to ${counted(sni.brokersPerService, 'broker')} a service; shared with other targets it adds no router; over the limits from ${counted(sni.breaksAtBrokers, 'broker')} on`,
    `by SNI is cheaper above ${counted(kafka.cheaperAboveBrokers, 'broker')}`,
  ];
  return [
    `Kafka cluster ${kafka.target}: ${counted(kafka.brokers, 'broker')}, planned ${kafka.planned === 'sni' ? 'by SNI' : 'per broker'}`,
    ...text.flatMap((sentence) =>
      fold(sentence, width - 4).map((line, i) => (i === 0 ? `  - ${line}` : `    ${line}`)),
    ),
  ];
}
