import { plainLoginHint, readMysqlOpening } from '../protocols/mysql/index.ts';
import type { Voice } from '../protocols/refusal.ts';
import { helloStep, type Step } from './step.ts';

/** In answer to what a client sent after the greeting. */
const afterGreeting = { in: 'mysql', sequence: 2 } as const satisfies Voice;

/** What to do next with a MySQL client that has had the router's greeting, from all bytes it has sent so far. Pure. */
export function mysqlStep(prefix: Uint8Array): Step {
  const opening = readMysqlOpening(prefix);
  switch (opening.is) {
    case 'tls':
      return helloStep(opening.hello, { speech: 'mysql', prelude: 'mysql-greeting', startsAt: 0 });
    case 'plain-login':
      return {
        is: 'asked',
        claim: { speech: 'mysql', whyNoName: 'the client logs in without TLS, so it names no server' },
        voice: { ...afterGreeting, hint: plainLoginHint },
        prelude: 'mysql-greeting',
        startsAt: opening.endsAt,
        replaced: opening.askAgain,
        notes: [],
      };
    case 'need-more':
      return { ...opening, voice: afterGreeting };
    case 'bad':
      return { is: 'refuse', refusal: opening, voice: afterGreeting };
    default:
      return opening satisfies never;
  }
}
