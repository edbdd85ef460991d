import { useEffect, useReducer, useRef } from 'preact/hooks';
import { FlowList } from '../view/flow-list.ts';
import type { FeedState } from '../view/messages.ts';
import { type Server, ServerError } from './server.ts';

/** What the page knows, changed in place: ten thousand rows are not copied for each that comes. */
export interface Flows {
  readonly list: FlowList;
  readonly source: string;
  readonly state: FeedState;
  /** The server does not answer, or does not let this page in. */
  readonly trouble: { readonly status: number; readonly why: string } | undefined;
  /** Rows that went out of the list from its beginning, of those shown. The list keeps its place by it. */
  readonly gone: number;
}

/** Before the server says how many it keeps. */
const keepAtFirst = 10_000;
/** Between two attempts to reach the server again. */
const againMs = 1_000;

/** Follows the server for as long as the page is open. */
export function useFlows(server: Server): { readonly flows: Flows; readonly changed: () => void } {
  const [, changed] = useReducer((times: number) => times + 1, 0);
  const flows = useRef<Mutable<Flows>>({
    list: new FlowList(keepAtFirst),
    source: '',
    state: { is: 'waiting', dropped: 0 },
    trouble: undefined,
    gone: 0,
  });
  useEffect(() => {
    const stop = new AbortController();
    void followOn(
      server,
      flows.current,
      onFrame(() => changed(undefined)),
      stop.signal,
    );
    return () => stop.abort();
  }, [server]);
  return { flows: flows.current, changed: () => changed(undefined) };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Once a frame, however often it is called. */
function onFrame(paint: () => void): () => void {
  let waits = false;
  return () => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => {
      waits = false;
      paint();
    });
  };
}

async function followOn(
  server: Server,
  flows: Mutable<Flows>,
  changed: () => void,
  signal: AbortSignal,
): Promise<void> {
  let run = '';
  let last = 0;
  while (!signal.aborted) {
    try {
      for await (const line of server.follow(run, last, signal)) {
        flows.trouble = undefined;
        if (line.is === 'hello') {
          if (line.run !== run) {
            const { filter } = flows.list;
            flows.list = new FlowList(line.keep);
            flows.list.narrow(filter);
            [run, last] = [line.run, 0];
          }
          flows.source = line.source;
        } else if (line.is === 'state') flows.state = line.state;
        else {
          flows.gone += flows.list.add(line.rows);
          last = line.rows.at(-1)?.n ?? last;
        }
        changed();
      }
      flows.trouble = { status: 0, why: 'lakegate flows has ended' };
    } catch (error) {
      if (signal.aborted) return;
      flows.trouble =
        error instanceof ServerError
          ? { status: error.status, why: error.message }
          : { status: 0, why: 'lakegate flows does not answer; its records up to now stay here' };
      if (flows.trouble.status === 401) return changed();
    }
    changed();
    await new Promise((resolve) => setTimeout(resolve, againMs));
  }
}
