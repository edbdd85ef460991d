import type { FlowRecord } from './flow-record.ts';

/** Which records are wanted. All that is given must hold. */
export interface FlowFilter {
  readonly target?: string;
  readonly workspace?: string;
  readonly status?: StatusFilter;
  /** A part of the path. */
  readonly path?: string;
}

/** One status, a class such as `5xx`, or a word for how it ended. */
export type StatusFilter =
  | { readonly by: 'range'; readonly from: number; readonly to: number }
  | { readonly by: 'refused' }
  /** Refused, torn, or answered with 400 and above. */
  | { readonly by: 'bad' };

/** `503`, `5xx`, `refused`, `bad`; undefined for anything else. */
export function parseStatusFilter(text: string): StatusFilter | undefined {
  if (text === 'refused' || text === 'bad') return { by: text };
  const [, digit, rest] = /^([1-9])(xx|[0-9]{2})$/i.exec(text) ?? [];
  if (digit === undefined || rest === undefined) return undefined;
  const from = Number(digit) * 100;
  return /x/i.test(rest)
    ? { by: 'range', from, to: from + 99 }
    : { by: 'range', from: from + Number(rest), to: from + Number(rest) };
}

export function matchesFlow(
  { route, client, request, response, end, refusal }: FlowRecord,
  filter: FlowFilter,
): boolean {
  const { target, workspace, status, path } = filter;
  if (target !== undefined && route?.target !== target) return false;
  if (workspace !== undefined && !client.workspaces.includes(workspace)) return false;
  if (path !== undefined && !request.path.includes(path)) return false;
  if (status === undefined) return true;
  const code = response?.status ?? 0;
  switch (status.by) {
    case 'range':
      return code >= status.from && code <= status.to;
    case 'refused':
      return refusal !== undefined;
    case 'bad':
      return end !== 'done' || code >= 400;
    default:
      return status satisfies never;
  }
}
