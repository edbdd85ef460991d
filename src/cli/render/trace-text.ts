import type { Trace } from '../../app/queries/index.ts';
import { codes } from '../../diagnostics/index.ts';
import { fold } from './table.ts';

/** The longest word for a hop, `workspace`. */
const hopWidth = 9;

/** One connection, hop by hop, and how it ends. */
export function traceText({ question, hops, outcome }: Trace, width: number): string {
  const lines = hops.flatMap((hop) => {
    const head = `  ${hop.passes ? 'pass' : 'STOP'}  ${hop.at.padEnd(hopWidth)}  `;
    const room = Math.max(30, width - head.length);
    return fold(hop.why, room).map((line, at) => (at === 0 ? head : ' '.repeat(head.length)) + line);
  });
  const via =
    question.service === undefined ? '' : `, connecting to endpoint service ${question.service} by its address`;
  const end =
    outcome.is === 'reach'
      ? `  reaches ${outcome.target}`
      : `  refused: ${outcome.code}, ${codes[outcome.code].title}; lakegate explain ${outcome.code} says what to do`;
  return [`${question.from} → ${question.host}:${question.port}${via}`, ...lines, end].join('\n');
}
