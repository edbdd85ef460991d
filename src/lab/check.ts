import type { RefusalCode } from '../diagnostics/index.ts';
import type { FlowRecord } from '../ir/index.ts';
import type { Spec } from '../spec/index.ts';
import type { Question } from '../topology/index.ts';
import { type ClientResult, type ConnectionAttempt, resultOfError, WorkspaceSocket } from './clients/index.ts';
import { finder, type Lab } from './lab.ts';
import type { Pair } from './pairs.ts';

/** The result of one pair. */
export interface PairResult {
  readonly from: string;
  /** The target, or `-` for a name of no target. */
  readonly to: string;
  readonly host: string;
  readonly port: number;
  /** The request path, where the check is about it. */
  readonly path?: string;
  /** The endpoint service that was dialled by its address, without DNS. Absent: by name. */
  readonly via?: string;
  readonly expected: 'reach' | 'refuse';
  readonly expectedCode?: RefusalCode;
  /** `nothing`: neither answered nor refused in time. */
  readonly observed: 'reach' | 'refuse' | 'nothing';
  /** The target that answered, according to the answer. */
  readonly server?: string;
  /** The target that answered, according to the certificate. */
  readonly certificate?: string;
  /** Why it was refused: from the client, or from the router's log where the protocol has no text. */
  readonly code?: RefusalCode;
  /** How the client saw the refusal. */
  readonly how?: string;
  /** The server implements only the start of its protocol. */
  readonly standIn: boolean;
  /** The router's record of the request, where it was answered inside inspected TLS. */
  readonly flow?: FlowRecord;
  readonly passed: boolean;
  /** Why it did not pass. */
  readonly problem?: string;
  readonly ms: number;
}

export interface CheckOptions {
  /** Called after each pair. */
  readonly onDone?: (done: number, all: number) => void;
  /** Ends the check at once: pairs that are not done are left out. */
  readonly signal?: AbortSignal;
}

/** Pairs that are checked at the same time. */
const concurrency = 8;
/** Time for one pair. PostgreSQL may still be starting at the first one, which takes half a minute on a very busy machine. */
const pairDeadlineMs = 45_000;
/** Time for the router's log line once the client has seen its refusal. */
const logDeadlineMs = 3_000;
/** How much earlier than the client the router may date a connection, because its times are rounded. */
const clockSlackMs = 5;

/** Makes every connection and says what happened, in the order of the pairs. */
export async function checkPairs(
  lab: Lab,
  pairs: readonly Pair[],
  options: CheckOptions = {},
): Promise<readonly PairResult[]> {
  const results: PairResult[] = [];
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (next < pairs.length && !options.signal?.aborted) {
      const i = next++;
      const pair = pairs[i];
      if (!pair) return;
      const result = await checkPair(lab, pair);
      if (options.signal?.aborted) return; // it failed because the lab is closing
      results[i] = result;
      options.onDone?.(++done, pairs.length);
    }
  };
  const all = Promise.all(Array.from({ length: concurrency }, work));
  await Promise.race([all, aborted(options.signal)]);
  return results.filter((result) => result !== undefined);
}

const aborted = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((done) => {
    if (signal?.aborted) done();
    signal?.addEventListener('abort', () => done(), { once: true });
  });

async function checkPair(lab: Lab, pair: Pair): Promise<PairResult> {
  const { question, target } = pair;
  const sockets: WorkspaceSocket[] = [];
  const [start, sinceMs] = [performance.now(), Date.now() - clockSlackMs];
  const result = await call(lab, pair, sockets);
  const ms = Math.round(performance.now() - start);
  for (const socket of sockets) socket.destroy();
  const port = sockets.at(-1)?.clientPort;
  const line =
    result.is === 'refusal' && port !== undefined ? await lab.log.lineOf(port, sinceMs, logDeadlineMs) : undefined;
  const isRecorded = result.is !== 'nothing' && result.status !== undefined && isInspected(lab.spec, question);
  const flow =
    isRecorded && port !== undefined
      ? { status: result.status, record: await lab.log.flowOf(port, sinceMs, logDeadlineMs) }
      : undefined;
  return {
    from: question.from,
    to: target?.name ?? '-',
    host: question.host,
    port: question.port,
    ...(pair.isAboutPath && { path: pair.path }),
    ...(question.service !== undefined && { via: question.service }),
    expected: pair.expected.is,
    ...(pair.expected.is === 'refuse' && { expectedCode: pair.expected.code }),
    ...judged(evaluate(pair, result, line?.code), flow),
    standIn: target !== undefined && lab.standIns.has(target.name),
    ms,
  };
}

/** Connects as a program in the workspace. Never rejects: a failure is a result too. */
async function call(
  lab: Lab,
  { question, target, client, path }: Pair,
  sockets: WorkspaceSocket[],
): Promise<ClientResult> {
  const { from, host, port, service } = question;
  const find =
    service === undefined
      ? finder(lab.network, from)
      : () => lab.network.loopbackOf(lab.endpointAddresses(from, service)[0] ?? '', port);
  const attempt: ConnectionAttempt = {
    host,
    port,
    ca: isInspected(lab.spec, question) && lab.inspectionCa ? lab.inspectionCa.pem : lab.ca.pem,
    service: target?.name ?? '',
    path,
    socket() {
      const socket = new WorkspaceSocket(find);
      sockets.push(socket);
      return socket;
    },
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<ClientResult>((done) => {
    timer = setTimeout(() => done({ is: 'nothing', how: `no answer within ${pairDeadlineMs} ms` }), pairDeadlineMs);
    timer.unref(); // the timer must not keep an interrupted check alive
  });
  try {
    return await Promise.race([lab.clients[client](attempt), late]);
  } catch (error) {
    return resultOfError(error);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether a name and port belong to inspected targets. All targets of one name and port are, or none. */
const isInspected = ({ targets }: Spec, { host, port }: Question): boolean =>
  targets.some((each) => each.tls === 'inspect' && each.hosts.includes(host) && each.ports.includes(port));

type Verdict = Pick<PairResult, 'observed' | 'server' | 'certificate' | 'code' | 'how' | 'passed' | 'problem'>;

/** Adds what the router recorded of the request. A request without a record, or with another answer in it, does not pass. */
function judged(
  verdict: Verdict,
  flow: { readonly status: number | undefined; readonly record: FlowRecord | undefined } | undefined,
): Verdict & Pick<PairResult, 'flow'> {
  if (!flow) return verdict;
  const { status, record } = flow;
  if (!record)
    return { ...verdict, passed: false, problem: verdict.problem ?? 'the router has no record of the request' };
  const wrong =
    record.response?.status !== status
      ? `the record has status ${record.response?.status}, the client received ${status}`
      : record.refusal?.code !== verdict.code
        ? `the record has ${record.refusal?.code ?? 'no refusal'}, the client received ${verdict.code ?? 'an answer'}`
        : undefined;
  return { ...verdict, flow: record, ...(wrong && { passed: false, problem: verdict.problem ?? wrong }) };
}

/** Compares what the client and the log show with what was expected. */
export function evaluate(
  { expected, contradiction }: Pick<Pair, 'expected' | 'contradiction'>,
  result: ClientResult,
  logged: RefusalCode | undefined,
): Verdict {
  const problem = contradiction ?? problemOf(expected, result, logged);
  const verdict = problem === undefined ? { passed: true } : { passed: false, problem };
  if (result.is === 'answer') {
    const { server, certificate } = result;
    return { observed: 'reach', server, ...(certificate !== undefined && { certificate }), ...verdict };
  }
  if (result.is === 'nothing') return { observed: 'nothing', how: result.how, ...verdict };
  const code = result.code ?? logged;
  return { observed: 'refuse', ...(code && { code }), how: result.how, ...verdict };
}

function problemOf(
  expected: Pair['expected'],
  result: ClientResult,
  logged: RefusalCode | undefined,
): string | undefined {
  if (result.is === 'answer') {
    if (expected.is === 'refuse') return `${result.server} answered; ${expected.code} was expected`;
    if (result.server !== expected.target)
      return `${result.server || 'an unnamed server'} answered instead of ${expected.target}`;
    return result.certificate === undefined || result.certificate === expected.target
      ? undefined
      : `the certificate names ${result.certificate}, the answer ${result.server}`;
  }
  if (result.is === 'nothing')
    return `${result.how}; ${expected.is === 'reach' ? expected.target : expected.code} was expected`;
  if (expected.is === 'reach') return `refused: ${result.how}${logged ? ` (log: ${logged})` : ''}`;
  if (result.code && logged && result.code !== logged)
    return `the client received ${result.code}, the log has ${logged}`;
  const code = result.code ?? logged;
  return code === expected.code
    ? undefined
    : `refused with ${code ?? `no code (${result.how})`}; ${expected.code} was expected`;
}
