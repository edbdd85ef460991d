import { resolve } from 'node:path';
import { error } from '../../diagnostics/index.ts';
import type { IssuerDocument, RoutePlan } from '../../ir/index.ts';
import { type FlowLog, IssuerFile, IssuerFollower, type IssuerSource } from '../../router/index.ts';

/** Where the CA for inspected names comes from, apart from what the route plan says. */
export interface Issuers {
  /** A file in place of what the plan names, by its absolute path. */
  readonly file?: string;
  /** Makes the source of a secret. Absent where this program has no client for secrets. */
  readonly secret?: (name: string) => Promise<IssuerSource>;
}

/** What carries connections, seen from the issuer. */
interface Takes {
  setIssuer?(issuer: IssuerDocument): Promise<void>;
}

/** The issuer of a router while it serves. */
export interface Followed {
  readonly follower: IssuerFollower;
  /** Follows what the plan names, from now on. Resolves after the first look. */
  use(plan: RoutePlan): Promise<void>;
  /** Looks now. */
  look(): Promise<void>;
  /** Who gets each new issuer. */
  to(running: Takes): void;
  close(): void;
}

/** The name of the number in the log from which CloudWatch makes a metric: begun days until the issuer ends. */
const daysLeftField = 'issuerDaysLeft';

export function issuerFollower(issuers: Issuers = {}, { note, measure }: FlowLog): Followed {
  let taker: Takes | undefined;
  const follower = new IssuerFollower({
    note,
    daysLeft: (days) => measure(daysLeftField, days),
    onGood() {
      pass();
    },
  });
  const pass = (): void => {
    const { document } = follower;
    if (document) void taker?.setIssuer?.(document).catch(() => note('the workers did not take the new issuer'));
  };
  return {
    follower,
    use: async (plan) => follower.follow(await sourceOf(plan, issuers)),
    look: () => follower.look(),
    to(running) {
      taker = running;
      pass(); // there may be another one since it started
    },
    close: () => follower.close(),
  };
}

async function sourceOf({ inspection }: RoutePlan, { file, secret }: Issuers): Promise<IssuerSource | undefined> {
  if (!inspection) return undefined;
  if (file !== undefined) return new IssuerFile(file);
  const { issuer } = inspection;
  if (issuer.by === 'file') return new IssuerFile(resolve(issuer.path));
  return (await secret?.(issuer.name)) ?? unavailable(issuer.name);
}

/** A program without a client for secrets says so, and refuses what is inspected. */
const unavailable = (name: string): IssuerSource => ({
  place: `secret ${name}`,
  everyMs: 3_600_000,
  look: async () => ({
    is: 'unreadable',
    diagnostic: error(
      'LG_ISSUER_UNREADABLE',
      [],
      `the secret ${name} cannot be read: this program has no client for Secrets Manager`,
      'fetch the secret into a file, and give it with --issuer',
    ),
  }),
});
