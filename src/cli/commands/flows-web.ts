import { setTimeout } from 'node:timers/promises';
import { FlowsFailure, harOf } from '../../app/flows/index.ts';
import { type FlowConsole, type FlowSink, startConsole } from '../../console/index.ts';
import type { Diagnostic } from '../../diagnostics/index.ts';
import type { Context } from '../context.ts';
import { refuse } from '../refuse.ts';
import { version } from '../version.ts';

/** Where the records of the page come from. */
export interface WebSource {
  /** For people: `unix:flows.sock`. */
  readonly name: string;
  /** Whether asking again may give more: a router does, a log has been read. */
  readonly isLive: boolean;
  /** Whether there is anything to be read. Throws FlowsFailure. */
  check(): Promise<Diagnostic | undefined>;
  /** Tells records until the signal, or until there are no more. Throws FlowsFailure. */
  follow(shown: FlowSink, signal: AbortSignal): Promise<void>;
}

/** Between two attempts to reach a router again. */
const againMs = 1_000;

/** Shows records in a page on 127.0.0.1 until SIGINT. */
export async function showPage(
  source: WebSource,
  { port, json }: { readonly port: number; readonly json: boolean },
  context: Context,
): Promise<0 | 1> {
  const shown = (await source.check()) ?? (await begin(source.name, port));
  if ('code' in shown) return refuse(shown, json, context);
  const { interrupted } = context;
  try {
    context.print(json ? JSON.stringify({ url: shown.url }) : shown.url);
    if (!json) context.note('the page is for browsers on this machine, and holds a token; it ends with Ctrl-C');
    await feed(source, shown, interrupted);
    if (!interrupted.aborted)
      await new Promise<void>((done) => interrupted.addEventListener('abort', () => done(), { once: true }));
    return 0;
  } finally {
    await shown.close();
  }
}

async function begin(source: string, port: number): Promise<FlowConsole | Diagnostic> {
  try {
    return await startConsole({ source, port, har: (records) => harOf(records, version) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { code: 'LG_CONSOLE', severity: 'error', path: [], message: `the page cannot be served: ${reason}` };
  }
}

/** Follows the source, and a router again after it was gone. */
async function feed(source: WebSource, shown: FlowSink, interrupted: AbortSignal): Promise<void> {
  do {
    try {
      await source.check();
      shown.state('connected');
      await source.follow(shown, interrupted);
      shown.state('ended');
    } catch (error) {
      if (!(error instanceof FlowsFailure)) throw error;
      shown.state('lost', error.message);
    }
    if (source.isLive) await setTimeout(againMs, undefined, { signal: interrupted }).catch(() => {});
  } while (source.isLive && !interrupted.aborted);
}
