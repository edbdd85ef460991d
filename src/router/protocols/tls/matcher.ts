import type { Hostname } from '../../../ir/index.ts';
import type { Matcher } from '../answer.ts';
import { type HelloAnswer, parseClientHello } from './client-hello.ts';

/** One sentence about what the client sent. */
export function describeHello(hello: HelloAnswer): string {
  switch (hello.is) {
    case 'hello': {
      const name = hello.serverName ? `the client asked for ${hello.serverName}` : 'the client named no server';
      const ech = hello.hasEch ? ', with an encrypted inner hello that the router cannot read' : '';
      return name + ech;
    }
    case 'need-more':
      return `the ClientHello is not complete before byte ${hello.atLeast}`;
    case 'not-tls':
    case 'bad':
      return hello.why;
    default:
      return hello satisfies never;
  }
}

/** Matches a TLS client that asks for exactly this name. */
export const byServerName = (want: Hostname): Matcher => ({
  match(prefix) {
    const hello = parseClientHello(prefix);
    if (hello.is === 'need-more') return hello;
    if (hello.is === 'hello' && hello.serverName === want) return { is: 'match' };
    return { is: 'no-match', why: describeHello(hello) };
  },
  explain: (prefix) => `this route is for ${want}; ${describeHello(parseClientHello(prefix))}`,
});
