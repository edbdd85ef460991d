import { AwsCallError } from '../aws/index.ts';
import { DatabricksCallError } from '../databricks/index.ts';
import { byText } from '../ir/index.ts';
import type { Unread } from './state.ts';

/** Runs reads and records the ones that fail. Refused credentials and bugs are thrown: they affect every read. */
export class Reading {
  private readonly noted = new Map<string, Unread>();

  async of<T>(read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      this.note(unreadFrom(error));
      return undefined;
    }
  }

  /** For objects that may not exist. */
  async orAbsent<T>(read: () => Promise<T>): Promise<T | 'absent' | undefined> {
    try {
      return await read();
    } catch (error) {
      const unread = unreadFrom(error);
      if (unread.refusal === 'absent') return 'absent';
      this.note(unread);
      return undefined;
    }
  }

  /** One read for each key; keys whose read failed are not in the map. */
  async each<T>(
    keys: readonly string[] | undefined,
    read: (key: string) => Promise<T>,
  ): Promise<ReadonlyMap<string, T>> {
    const found = await Promise.all((keys ?? []).map(async (key) => [key, await this.of(() => read(key))] as const));
    return new Map(found.filter((each): each is readonly [string, Awaited<T>] => each[1] !== undefined));
  }

  /** Records calls that were left out to save time. */
  notAsked(call: string, times: number): void {
    if (times > 0) this.note({ call, refusal: 'not-asked', code: 'NotAsked', message: '', times });
  }

  /** The reads that failed, by call and reason. */
  unread(): readonly Unread[] {
    return [...this.noted].sort(([a], [b]) => byText(a, b)).map(([, each]) => each);
  }

  private note(unread: Unread): void {
    const key = `${unread.call} ${unread.code}`;
    const before = this.noted.get(key);
    this.noted.set(key, before ? { ...before, times: before.times + unread.times } : unread);
  }
}

function unreadFrom(error: unknown): Unread {
  if (error instanceof AwsCallError && error.refusal !== 'login') {
    const { call, code, refusal, message } = error;
    return { call, code, refusal, message, times: 1 };
  }
  if (error instanceof DatabricksCallError && error.status !== 401) {
    const { call, code, message, status } = error;
    const refusal = status === 403 ? 'right' : status === 404 ? 'absent' : status === 429 ? 'throttle' : 'other';
    return { call, code, refusal, message, times: 1 };
  }
  throw error;
}
