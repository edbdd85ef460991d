import { flowLine } from '../router/index.ts';
import type { PairResult } from './check.ts';
import type { Lab } from './lab.ts';

/** What `lakegate lab --once --json` prints. The schema is stable: fields are added, none moves. */
export interface LabReport {
  readonly passed: number;
  readonly failed: number;
  /** Milliseconds from the start of the lab to the last answer. */
  readonly ms: number;
  readonly pairs: readonly PairResult[];
  readonly targets: readonly TargetReport[];
  /** Where the lab differs from the plan. */
  readonly warnings: readonly string[];
  /** Only while the lab stays up. */
  readonly up?: LabUp;
}

/** What a lab that stays up is used with. */
export interface LabUp {
  /** The file of its CAs. */
  readonly ca: string;
  /** The SOCKS5 address of each workspace. */
  readonly socks: Readonly<Record<string, string>>;
  /** Where `lakegate flows` reads: address, and file of the token. Absent where nothing is inspected. */
  readonly flows?: { readonly router: string; readonly tokenFile: string };
}

export interface TargetReport {
  readonly name: string;
  readonly type: string;
  /** A real server of the protocol, or one that implements only its start. */
  readonly server: 'real' | 'stand-in';
  /** For `tls: inspect`: whether the router decrypted the connection or passed it through. Observed by the certificate. */
  readonly inspection?: 'inspected' | 'passthrough' | 'not observed';
}

/** Summarises the results. */
export function reportOf(lab: Lab, pairs: readonly PairResult[], ms: number): LabReport {
  const passed = pairs.filter((pair) => pair.passed).length;
  const targets = lab.spec.targets.map((target): TargetReport => {
    const server = lab.standIns.has(target.name) ? 'stand-in' : 'real';
    const base = { name: target.name, type: target.type, server } as const;
    return target.tls === 'inspect' ? { ...base, inspection: inspectionOf(target.name, pairs) } : base;
  });
  return { passed, failed: pairs.length - passed, ms, pairs, targets, warnings: lab.warnings };
}

/** The client received the target's own certificate: the connection was passed through. */
function inspectionOf(target: string, pairs: readonly PairResult[]): TargetReport['inspection'] {
  const answered = pairs.filter((pair) => pair.to === target && pair.observed === 'reach');
  if (answered.length === 0) return 'not observed';
  return answered.some((pair) => pair.certificate === target) ? 'passthrough' : 'inspected';
}

/** The report as text: one line for each pair, and the failed ones again at the end. */
export function reportText(report: LabReport): string {
  const rows = report.pairs.map(rowOf);
  const failed = report.pairs.filter((pair) => !pair.passed);
  const flows = report.pairs.flatMap(({ flow }) => (flow ? [`  ${flowLine(flow)}`] : []));
  const standIns = report.targets.filter((target) => target.server === 'stand-in').map(({ name }) => name);
  return [
    ...table([['', 'from', 'to', 'connection', 'expected', 'observed', 'ms'], ...rows]),
    '',
    ...(standIns.length > 0 ? [`* stand-in: implements only the start of its protocol (${standIns.join(', ')})`] : []),
    ...report.targets.flatMap(({ name, inspection }) => (inspection ? [`${name}: ${inspectionText[inspection]}`] : [])),
    ...(flows.length > 0 ? ['', 'requests at inspected names, as the routers recorded them:', ...flows, ''] : []),
    ...report.warnings.map((warning) => `note: ${warning}`),
    ...failed.map((pair) => `FAILED ${pair.from} → ${pair.to} (${connectionText(pair)}): ${pair.problem ?? 'unknown'}`),
    `${report.passed} passed, ${report.failed} failed, ${(report.ms / 1000).toFixed(1)} s`,
  ].join('\n');
}

const inspectionText = {
  inspected: 'inspected; clients saw the router’s certificate',
  passthrough: 'NOT inspected; clients saw the target’s own certificate',
  'not observed': 'to be inspected; no workspace reached it',
} as const;

function rowOf(pair: PairResult): readonly string[] {
  return [
    pair.passed ? 'ok' : 'FAIL',
    pair.from,
    pair.standIn ? `${pair.to}*` : pair.to,
    connectionText(pair),
    pair.expected === 'reach' ? 'reach' : (pair.expectedCode ?? 'refuse'),
    observedText(pair),
    String(pair.ms),
  ];
}

function observedText({ observed, server, code }: PairResult): string {
  switch (observed) {
    case 'reach':
      return `answered by ${server}`;
    case 'refuse':
      return code ?? 'refused';
    case 'nothing':
      return 'no answer';
    default:
      return observed satisfies never;
  }
}

const connectionText = ({ host, port, path = '', via }: PairResult): string =>
  via === undefined ? `${host}:${port}${path}` : `${host} via ${via}:${port}`;

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
