import { type FlowFilter, filterQuery } from '../view/flow-filter.ts';
import type { FlowDetail, FollowLine } from '../view/messages.ts';

/** What the server answered instead of what was asked for. */
export class ServerError extends Error {
  readonly status: number;

  constructor(status: number, why: string) {
    super(why);
    this.status = status;
  }
}

/** Asks the server that this page came from. */
export class Server {
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  async #get(path: string, signal?: AbortSignal): Promise<Response> {
    const response = await fetch(path, {
      headers: { authorization: `Bearer ${this.#token}` },
      cache: 'no-store',
      credentials: 'omit',
      ...(signal && { signal }),
    });
    if (response.ok) return response;
    const { why } = (await response.json()) as { readonly why: string };
    throw new ServerError(response.status, why);
  }

  async flow(n: number, signal: AbortSignal): Promise<FlowDetail> {
    return (await this.#get(`/api/flows/${n}`, signal)).json() as Promise<FlowDetail>;
  }

  async har(filter: FlowFilter): Promise<Blob> {
    return (await this.#get(`/api/har?${filterQuery(filter)}`)).blob();
  }

  /** Lines as they come. Ends when the server ends the answer. */
  async *follow(run: string, since: number, signal: AbortSignal): AsyncGenerator<FollowLine> {
    const { body } = await this.#get(`/api/follow?${new URLSearchParams({ run, since: String(since) })}`, signal);
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      const lines = (rest + part.value).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield JSON.parse(line) as FollowLine;
    }
  }
}
