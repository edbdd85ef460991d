import type { Hostname } from '../../../ir/index.ts';
import type { Matcher } from '../answer.ts';
import { type HeadAnswer, parseRequestHead } from './head.ts';

/** One sentence about what the client sent. */
export function describeRequest(head: HeadAnswer): string {
  switch (head.is) {
    case 'request':
      return `the client asked for ${head.host} with Host`;
    case 'need-more':
      return `the request head is not complete before byte ${head.atLeast}`;
    case 'not-http':
    case 'bad':
      return head.why;
    default:
      return head satisfies never;
  }
}

/** Matches a plain HTTP/1 request for exactly this name. */
export const byHost = (want: Hostname): Matcher => ({
  match(prefix) {
    const head = parseRequestHead(prefix);
    if (head.is === 'need-more') return head;
    if (head.is === 'request' && head.host === want) return { is: 'match' };
    return { is: 'no-match', why: describeRequest(head) };
  },
  explain: (prefix) => `this route is for ${want}; ${describeRequest(parseRequestHead(prefix))}`,
});
