import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { FlowFilter } from '../../ir/index.ts';
import type { FlowFeed } from './flow-feed.ts';

export interface Following {
  /** Absent: from the last ones on. */
  readonly since: number | undefined;
  /** How many of the last ones come first. */
  readonly limit: number;
  readonly filter: FlowFilter;
  readonly response: ServerResponse;
  /** The router ends. */
  readonly closed: AbortSignal;
}

/** What is new is looked for this often, in milliseconds. */
const everyMs = 200;
/** Records that are written before it is asked whether the reader keeps up. */
const atOnce = 20;
/** A reader that takes nothing for so long is left, in milliseconds: it holds a place. */
const stuckMs = 60_000;

/**
 * Writes one record a line, as they come, until the reader goes or the router ends. A reader that is slow has its place in the
 * row and nothing else: what is gone before it gets there is a line `{"dropped":N}`.
 */
export async function follow(feed: FlowFeed, { since, limit, filter, response, closed }: Following): Promise<void> {
  const over = new AbortController();
  const end = (): void => over.abort();
  response.once('close', end);
  closed.addEventListener('abort', end, { once: true });
  try {
    response.writeHead(200, { 'content-type': 'application/x-ndjson; charset=utf-8', 'cache-control': 'no-store' });
    response.flushHeaders();
    await feed.pull();
    let at = since ?? feed.beginOf(limit, filter);
    while (!over.signal.aborted) {
      const { flows, next, dropped } = feed.read(at, atOnce, filter);
      at = next;
      const lines = [...(dropped > 0 ? [{ dropped }] : []), ...flows].map((line) => `${JSON.stringify(line)}\n`);
      if (lines.length > 0 && !response.write(lines.join('')))
        await once(response, 'drain', { signal: AbortSignal.any([over.signal, AbortSignal.timeout(stuckMs)]) });
      if (at < feed.last) continue;
      await wait(everyMs, undefined, { signal: over.signal });
      await feed.pull();
    }
  } catch (error) {
    if (!(error instanceof Error && /Abort|Timeout/.test(error.name))) throw error;
  } finally {
    closed.removeEventListener('abort', end);
    response.destroy();
  }
}
