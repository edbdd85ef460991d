import { badValue, notFound, overLimit } from './errors.ts';
import type { RecordMaker } from './records.ts';

interface Secret {
  readonly id: string;
  readonly secret_hash: string;
  readonly status: 'ACTIVE';
  readonly create_time: string;
  readonly update_time: string;
  readonly expire_time: string;
}

/** Secrets that one service principal may have. @see https://docs.databricks.com/aws/en/dev-tools/auth/oauth-m2m (2026-11-20) */
const secretCap = 5;
const defaultLifetimeSeconds = 730 * 24 * 3600;

/** OAuth secrets of service principals. The secret itself is in the answer to its creation and nowhere else. */
export class ServicePrincipals {
  private readonly account: RecordMaker;
  private readonly byPrincipal = new Map<string, Secret[]>();

  constructor(account: RecordMaker) {
    this.account = account;
  }

  createSecret(principal: string, input: Readonly<Record<string, unknown>>): unknown {
    if (!/^\d+$/.test(principal)) throw badValue(`'${principal}' is not the id of a service principal`);
    const held = this.byPrincipal.get(principal) ?? [];
    if (held.length >= secretCap)
      throw overLimit(`Service principal ${principal} has the maximum of ${secretCap} secrets`);
    const lifetime = /^(\d+)s$/.exec(String(input.lifetime ?? `${defaultLifetimeSeconds}s`))?.[1];
    if (!lifetime || Number(lifetime) > defaultLifetimeSeconds)
      throw badValue(`lifetime must be seconds such as 3600s, at most ${defaultLifetimeSeconds}s`);
    const now = this.account.now();
    const time = (at: number): string => new Date(at).toISOString();
    const secret = `dose${this.account.ids.hex(32)}`;
    const made: Secret = {
      id: this.account.ids.uuid(),
      secret_hash: this.account.ids.hex(64),
      status: 'ACTIVE',
      create_time: time(now),
      update_time: time(now),
      expire_time: time(now + Number(lifetime) * 1000),
    };
    this.byPrincipal.set(principal, [...held, made]);
    return { ...made, secret };
  }

  secrets(principal: string): unknown {
    return { secrets: this.byPrincipal.get(principal) ?? [] };
  }

  removeSecret(principal: string, id: string): void {
    const held = this.byPrincipal.get(principal) ?? [];
    if (!held.some((each) => each.id === id)) throw notFound(`Secret ${id}`);
    this.byPrincipal.set(
      principal,
      held.filter((each) => each.id !== id),
    );
  }
}
