import type { Trace } from '../../app/queries/index.ts';
import { codes, listOf } from '../../diagnostics/index.ts';
import { shownName } from './names-text.ts';
import { fold } from './table.ts';

/** The longest word for a hop, `workspace`. */
const hopWidth = 9;

/** Connections, hop by hop, and how each ends. Names of one port whose connections go the same way are shown once. */
export const tracesText = (traces: readonly Trace[], width: number): string =>
  alike(traces)
    .map((group) => traceText(group, width))
    .join('\n\n');

/** Each connection on one line, for many. */
export const tracesTable = (traces: readonly Trace[]): string =>
  alike(traces)
    .map((group) => `${questionText(group)}  ${endOf(group[0])}`)
    .join('\n');

type Group = readonly [Trace, ...Trace[]];

/** Traces that differ in the name alone, in the order of the first of each. */
function alike(traces: readonly Trace[]): readonly Group[] {
  const groups = new Map<string, [Trace, ...Trace[]]>();
  for (const each of traces) {
    const { question, hops, outcome } = each;
    const way = hops.map(({ at, passes, why }) => `${at} ${passes} ${why.replaceAll(question.host, '…')}`);
    const key = JSON.stringify([question.from, question.port, question.service, question.path, way, outcome]);
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return [...groups.values()];
}

function questionText([{ question }, ...others]: Group): string {
  const hosts = others.map((each) => shownName(each.question.host));
  const also = hosts.length === 0 ? '' : ` (and ${hosts.length === 1 ? '' : 'in the same way '}${listOf(hosts, 10)})`;
  return `${question.from} → ${shownName(question.host)}:${question.port}${question.path ?? ''}${also}`;
}

const endOf = ({ outcome }: Trace): string =>
  outcome.is === 'reach' ? `reaches ${outcome.target}` : `refused: ${outcome.code}, ${codes[outcome.code].title}`;

function traceText(group: Group, width: number): string {
  const [{ question, hops, outcome }] = group;
  const lines = hops.flatMap((hop) => {
    const head = `  ${hop.passes ? 'pass' : 'STOP'}  ${hop.at.padEnd(hopWidth)}  `;
    const room = Math.max(30, width - head.length);
    return fold(hop.why.replaceAll(question.host, shownName(question.host)), room).map(
      (line, at) => (at === 0 ? head : ' '.repeat(head.length)) + line,
    );
  });
  const via =
    question.service === undefined ? '' : `, connecting to endpoint service ${question.service} by its address`;
  const advice = outcome.is === 'reach' ? '' : `; lakegate explain ${outcome.code} says what to do`;
  return [`${questionText(group)}${via}`, ...lines, `  ${endOf(group[0])}${advice}`].join('\n');
}
