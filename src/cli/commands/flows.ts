import { resolve } from 'node:path';
import {
  FlowsClient,
  FlowsFailure,
  type FlowsPlace,
  flowLine,
  isLoopback,
  logRecords,
  parseFlowsPlace,
  readToken,
  writeHar,
} from '../../app/flows/index.ts';
import { type Diagnostic, unreadable } from '../../diagnostics/index.ts';
import { type FlowFilter, type FlowRecord, matchesFlow, parseStatusFilter } from '../../ir/index.ts';
import { command, jsonArg } from '../command.ts';
import type { Context } from '../context.ts';
import { refuse, usage } from '../refuse.ts';
import { visible } from '../render/visible.ts';
import { version } from '../version.ts';
import { showPage, type WebSource } from './flows-web.ts';

const limitMost = 100_000;

export const flows = command({
  name: 'flows',
  about:
    'Shows inspected requests with their answers, from the flow socket of a running router or from a log that a router wrote as JSON lines. Without more it shows the last 100, the oldest first; --follow goes on with those that come. Secrets are redacted before a record leaves the router. --json prints { flows, dropped }, and with --follow one record on each line. --har writes HAR 1.2, which the developer tools of a browser open. --web shows them in a page on this machine: it begins with the last 1000 of a router, or with all of a log, goes on with those that come, and keeps the newest 10000.',
  examples: [
    {
      line: 'lakegate flows --router unix:flows.sock --token-file flows.token --follow',
      does: 'shows requests as they come',
    },
    {
      line: 'lakegate flows --router unix:flows.sock --token-file flows.token --status 5xx --har errors.har',
      does: 'writes the last 100 requests that were answered with 500 and above to errors.har',
    },
    {
      line: 'lakegate flows --router unix:flows.sock --token-file flows.token --web',
      does: 'prints the address of a page that shows them, and serves it until SIGINT',
    },
    {
      line: 'lakegate flows --log router.log --target billing --status refused',
      does: 'shows the refused requests of a target that stand in a log',
    },
  ],
  touches: 'network',
  args: {
    router: { kind: 'text', value: 'unix:PATH|ADDRESS:PORT', help: 'where lakegate router --flows serves them' },
    'token-file': { kind: 'text', value: 'FILE', help: 'the file of lakegate router --flows-token' },
    log: { kind: 'text', value: 'FILE', help: 'a log instead of a router; - is standard input' },
    follow: { kind: 'flag', help: 'go on with what comes, until SIGINT' },
    target: { kind: 'text', value: 'NAME', help: 'only requests of this target' },
    workspace: { kind: 'text', value: 'NAME', help: 'only requests that this workspace may have made' },
    status: { kind: 'text', value: 'STATUS', help: 'only 503, 5xx, refused, or bad: refused, torn or 400 and above' },
    path: { kind: 'text', value: 'TEXT', help: 'only requests whose path has this in it' },
    limit: { kind: 'text', value: 'N', help: 'the last so many', default: '100' },
    har: { kind: 'text', value: 'FILE', help: 'write them there as HAR 1.2 instead of printing them' },
    web: { kind: 'flag', help: 'show them in a page on 127.0.0.1, until SIGINT' },
    port: { kind: 'text', value: 'PORT', help: 'the port of the page; without it, any that is free' },
    json: jsonArg,
  },
  async run(values, context) {
    const asked = questionOf(values);
    if (typeof asked === 'string') return usage(asked, values.json, context);
    try {
      const { follow } = values;
      const from = asked.log === undefined ? await ofRouter(asked, context) : ofLog(resolved(asked.log, context));
      if ('code' in from) return refuse(from, values.json, context);
      if (asked.web)
        return await showPage(
          webSource(asked, from, values.router, context),
          { ...asked.web, json: values.json },
          context,
        );
      if (follow) {
        await from.follow(asked, printer(values.json, context), context);
        return 0;
      }
      const { flows: records, dropped, seen } = await from.last(asked);
      if (values.har !== undefined) {
        const path = resolve(context.cwd, values.har);
        await writeHar(path, records, { files: context.files, version });
        context.note(`${values.har}: ${records.length} requests`);
      } else if (values.json) context.print(JSON.stringify({ flows: records, dropped }));
      else for (const record of records) context.print(visible(flowLine(record)));
      if (dropped > 0) context.note(droppedText(dropped));
      if (records.length === 0 && !values.json) context.note(visible(nothingText(asked, seen)));
      return 0;
    } catch (error) {
      const problem = problemOf(error, values.har ?? values.log ?? '');
      if (!problem) throw error;
      return refuse(problem, values.json, context);
    }
  },
});

/** What is asked for, checked. */
interface Asked {
  readonly place: FlowsPlace | undefined;
  readonly tokenFile: string | undefined;
  readonly log: string | undefined;
  readonly limit: number;
  /** The page, where one is asked for. Port 0: any that is free. */
  readonly web: { readonly port: number } | undefined;
  readonly filter: FlowFilter;
  /** As written, for a router. */
  readonly fields: Readonly<Partial<Record<'target' | 'workspace' | 'status' | 'path', string>>>;
}

/** Who is shown a record, and told of records that nobody can be shown. */
interface Shown {
  record(record: FlowRecord): void;
  dropped(count: number): void;
}

interface Last {
  readonly flows: readonly FlowRecord[];
  readonly dropped: number;
  /** Records that were read, with those that the filters left out. Absent where a router has chosen. */
  readonly seen?: number;
}

/** A running router, or a log. */
interface Source {
  last(asked: Asked): Promise<Last>;
  follow(asked: Asked, shown: Shown, context: Context): Promise<void>;
}

function questionOf(values: {
  readonly router: string | undefined;
  readonly 'token-file': string | undefined;
  readonly log: string | undefined;
  readonly follow: boolean;
  readonly target: string | undefined;
  readonly workspace: string | undefined;
  readonly status: string | undefined;
  readonly path: string | undefined;
  readonly limit: string;
  readonly har: string | undefined;
  readonly web: boolean;
  readonly port: string | undefined;
  readonly json: boolean;
}): Asked | string {
  const { router, log, follow, har, json } = values;
  const tokenFile = values['token-file'];
  if ((router === undefined) === (log === undefined))
    return 'say where the records come from: --router unix:PATH with --token-file FILE, or --log FILE';
  const place = router === undefined ? undefined : parseFlowsPlace(router);
  if (router !== undefined && !place) return `--router ${router} is neither unix:PATH nor ADDRESS:PORT`;
  if (place?.by === 'tcp' && !isLoopback(place.host))
    return `--router ${router} is not on this machine, and the token would cross the network unencrypted: forward its port to 127.0.0.1, for example with ssh -L`;
  if (place && tokenFile === undefined)
    return '--router needs --token-file FILE: the file of lakegate router --flows-token';
  if (log !== undefined && tokenFile !== undefined) return '--token-file is for --router';
  if (follow && har !== undefined) return '--har writes what there is now; --follow never comes to an end';
  if (follow && log !== undefined && log !== '-')
    return `--follow reads a log as it comes: tail -F ${log} | lakegate flows --log - --follow`;
  if (har !== undefined && json) return '--har and --json are two forms of output; choose one';
  const web = webOf(values);
  if (typeof web === 'string') return web;
  const limit = /^[0-9]+$/.test(values.limit) ? Number(values.limit) : 0;
  if (limit < 1 || limit > limitMost) return `--limit ${values.limit} is not a number from 1 to ${limitMost}`;
  const status = values.status === undefined ? undefined : parseStatusFilter(values.status);
  if (values.status !== undefined && !status)
    return `--status ${values.status} is neither a status such as 503, nor 5xx, refused or bad`;
  const { target, workspace, path } = values;
  const plain = {
    ...(target !== undefined && { target }),
    ...(workspace !== undefined && { workspace }),
    ...(path !== undefined && { path }),
  };
  return {
    ...{ place, tokenFile, log, limit, web },
    filter: { ...plain, ...(status && { status }) },
    fields: { ...plain, ...(values.status !== undefined && { status: values.status }) },
  };
}

/** The page that is asked for, or why it cannot be. */
function webOf(values: {
  readonly web: boolean;
  readonly port: string | undefined;
  readonly follow: boolean;
  readonly har: string | undefined;
}): Asked['web'] | string {
  const { web, port, follow, har } = values;
  if (!web) return port === undefined ? undefined : '--port is for --web';
  if (follow) return '--web follows by itself; leave --follow out';
  if (har !== undefined) return '--har writes a file; the page of --web exports HAR by itself';
  if (port !== undefined && !(/^[0-9]{1,5}$/.test(port) && Number(port) <= 65_535))
    return `--port ${port} is not a number from 0 to 65535`;
  return { port: Number(port ?? 0) };
}

/** A source as the page takes it: as many records as one question gives, and those that come. */
const webSource = (asked: Asked, from: Source, router: string | undefined, context: Context): WebSource => ({
  name: router ?? `log ${asked.log}`,
  isLive: router !== undefined,
  async check() {
    if (asked.log === undefined) await from.last({ ...asked, limit: 1 });
    else if (asked.log !== '-' && (await context.files.kindOf(resolved(asked.log, context))) === undefined)
      return unreadable(asked.log, 'ENOENT');
    return undefined;
  },
  follow: (shown, interrupted) => from.follow({ ...asked, limit: pageMost }, shown, { ...context, interrupted }),
});

const resolved = (log: string, { cwd }: Context): string => (log === '-' ? log : resolve(cwd, log));

/** Records that one question to a router may ask for. */
const pageMost = 1000;

async function ofRouter({ place, tokenFile }: Asked, { cwd, files }: Context): Promise<Source | Diagnostic> {
  if (!place || tokenFile === undefined) throw new Error('a router without a place'); // checked before
  const token = await readToken(resolve(cwd, tokenFile), files);
  if (typeof token !== 'string') return token;
  const at: FlowsPlace = place.by === 'unix' ? { by: 'unix', path: resolve(cwd, place.path) } : place;
  const client = new FlowsClient(at, token);
  return {
    async last({ limit, fields }) {
      // A page holds so many records or bytes; what one question cannot give is read from the oldest on.
      const isOnePage = limit <= pageMost;
      const most = Math.min(limit, pageMost);
      let page = await client.read({ ...fields, limit: most, ...(!isOnePage && { since: 0 }) });
      let all = page.flows;
      const dropped = isOnePage ? page.dropped : 0;
      while (page.flows.length > 0 && !(isOnePage && all.length >= limit)) {
        page = await client.read({ ...fields, limit: most, since: page.next });
        all = [...all, ...page.flows].slice(-limit);
      }
      return { flows: all, dropped };
    },
    follow: ({ limit, fields }, shown, { interrupted }) =>
      client.follow({ ...fields, limit: Math.min(limit, pageMost) }, shown, interrupted),
  };
}

const ofLog = (path: string): Source => ({
  async last({ limit, filter }) {
    let found: FlowRecord[] = [];
    let seen = 0;
    for await (const record of logRecords(path)) {
      seen++;
      if (!matchesFlow(record, filter)) continue;
      found.push(record);
      if (found.length >= 2 * limit) found = found.slice(-limit);
    }
    return { flows: found.slice(-limit), dropped: 0, seen };
  },
  async follow({ filter }, shown, { interrupted }) {
    for await (const record of logRecords(path)) {
      if (interrupted.aborted) return;
      if (matchesFlow(record, filter)) shown.record(record);
    }
  },
});

const printer = (json: boolean, context: Context): Shown => ({
  record: (record) => context.print(json ? JSON.stringify(record) : visible(flowLine(record))),
  dropped: (count) => context.note(droppedText(count)),
});

const droppedText = (count: number): string => `${count} requests were gone before they could be shown`;

/** Nothing to show is an answer too. */
function nothingText({ log, fields }: Asked, seen: number | undefined): string {
  const given = Object.entries(fields).map(([name, value]) => `--${name} ${value}`);
  if (seen === 0)
    return `${log === '-' ? 'standard input' : log} has no record of a request; a router with --log json writes them, one on a line`;
  if (given.length === 0) return 'the router has recorded no request yet';
  return `no request${seen === undefined ? '' : ` of ${seen}`} matches ${given.join(' ')}`;
}

const failureHint =
  'start the router with --flows and --flows-token, and give the same place and the same file of the token here';

function problemOf(error: unknown, path: string): Diagnostic | undefined {
  if (error instanceof FlowsFailure)
    return { code: 'LG_FLOWS', severity: 'error', path: [], message: error.message, hint: failureHint };
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return code === undefined ? undefined : unreadable(path, code);
}
