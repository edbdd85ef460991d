import { ApiError } from './errors.ts';

/** One request, read. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly input: Readonly<Record<string, unknown>>;
  readonly params: readonly string[];
}

/** What answers which method and path; groups of the path become `params`. */
export type Route = readonly [method: string, path: RegExp, answer: (call: Call) => unknown];

/** The first route that fits. Throws ApiError where none does. */
export function dispatch(routes: readonly Route[], call: Call): unknown {
  for (const [method, path, run] of routes) {
    const found = path.exec(call.path);
    if (found && method === call.method) return run({ ...call, params: found.slice(1).map(decodeURIComponent) });
  }
  throw new ApiError(404, 'ENDPOINT_NOT_FOUND', `No API found for '${call.method} ${call.path}'`);
}
