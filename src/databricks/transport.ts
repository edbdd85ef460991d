import { setTimeout as wait } from 'node:timers/promises';
import type { Secret } from '../ir/index.ts';
import { DatabricksCallError } from './errors.ts';

export interface TransportOptions {
  /** `https://accounts.cloud.databricks.com`, without a path. */
  readonly host: string;
  readonly accountId: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** Milliseconds until one try is given up. Default 60000, as in Databricks' own SDKs. */
  readonly timeoutMs?: number;
  /** Tries of one call, the first included; only 429 and 503 are tried again. Default 4. */
  readonly attempts?: number;
  /** Waits between tries. Default: time itself. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
  readonly now?: () => number;
}

/** The longest wait that a `Retry-After` is followed for. */
const longestPauseMs = 10_000;
/** A token is fetched anew this long before it ends. */
const earlyMs = 60_000;
/** An answer larger than this is refused: the largest real one is a page of rules. */
const answerCapBytes = 8 * 2 ** 20;

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below `/api/2.0/accounts/<id>`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface Token {
  readonly value: string;
  readonly endsAt: number;
}

/** Sends calls with a token that it keeps until shortly before it ends. */
export class Transport {
  private readonly options: TransportOptions;
  private readonly now: () => number;
  /** Held, or asked for: calls that begin together wait for the same one. */
  private token: Promise<Token> | undefined;

  constructor(options: TransportOptions) {
    this.options = options;
    this.now = options.now ?? Date.now;
  }

  /** The answer as JSON; numbers that would lose digits are text. Throws DatabricksCallError. */
  async send(call: Call): Promise<unknown> {
    const url = new URL(`/api/2.0/accounts/${this.options.accountId}${call.path}`, this.options.host);
    for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
    const name = `${call.method} ${call.path}`;
    const ask = (token: Token): Promise<unknown> =>
      this.ask(name, url, {
        method: call.method,
        headers: { authorization: `Bearer ${token.value}`, 'content-type': 'application/json' },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      });
    const token = await this.bearer();
    try {
      return await ask(token);
    } catch (error) {
      // Somebody may have ended the token: a new one is tried once, and what that is answered counts.
      if (!(error instanceof DatabricksCallError) || error.status !== 401) throw error;
      return ask(await this.bearer(token));
    }
  }

  /** The token at hand while it is good for a while yet and was not refused, or a new one. */
  private async bearer(refused?: Token): Promise<Token> {
    const held = this.token;
    const token = await held?.catch(() => undefined);
    if (token && token !== refused && token.endsAt - earlyMs > this.now()) return token;
    const next = (this.token !== held && this.token) || this.newToken();
    this.token = next;
    return next;
  }

  private async newToken(): Promise<Token> {
    const { host, accountId, clientId, clientSecret } = this.options;
    const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret.reveal())}`;
    const answer = await this.ask('POST token', new URL(`/oidc/accounts/${accountId}/v1/token`, host), {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials&scope=all-apis',
    });
    const { access_token: value, expires_in: seconds } = answer as { access_token?: unknown; expires_in?: unknown };
    if (typeof value !== 'string')
      throw new DatabricksCallError('POST token', 200, 'NO_TOKEN', 'the answer has no access_token');
    return { value, endsAt: this.now() + (typeof seconds === 'number' ? seconds : 3600) * 1000 };
  }

  private async ask(name: string, url: URL, request: RequestInit): Promise<unknown> {
    const attempts = this.options.attempts ?? 4;
    for (let attempt = 1; ; attempt += 1) {
      const { response, text } = await this.once(name, url, request);
      if (response.ok) return text === '' ? {} : parse(name, response.status, text);
      if (attempt >= attempts || (response.status !== 429 && response.status !== 503))
        throw refusal(name, response.status, text);
      const asked = Number(response.headers.get('retry-after') ?? Number.NaN) * 1000;
      const pauseMs = asked >= 0 ? asked : 1000 * 2 ** (attempt - 1);
      await (this.options.pause ?? wait)(Math.min(pauseMs, longestPauseMs));
    }
  }

  /** One try, to the end of the answer. A redirect is an error: no other place may get the token. */
  private async once(name: string, url: URL, request: RequestInit): Promise<{ response: Response; text: string }> {
    try {
      const response = await fetch(url, {
        ...request,
        redirect: 'error',
        signal: AbortSignal.timeout(this.options.timeoutMs ?? 60_000),
      });
      return { response, text: await bounded(name, response) };
    } catch (error) {
      if (error instanceof DatabricksCallError) throw error;
      const cause = (error as { cause?: { message?: string } }).cause?.message;
      throw new DatabricksCallError(
        name,
        0,
        'NO_ANSWER',
        cause ?? (error instanceof Error ? error.message : String(error)),
        error,
      );
    }
  }
}

async function bounded(name: string, response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > answerCapBytes)
      throw new DatabricksCallError(name, response.status, 'ANSWER_TOO_LARGE', `more than ${answerCapBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Ids are 64-bit: what a double cannot hold stays as it was written. */
function parse(name: string, status: number, text: string): unknown {
  const keep = (_: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
      ? (context?.source ?? value)
      : value;
  try {
    return JSON.parse(text, keep as (key: string, value: unknown) => unknown);
  } catch (error) {
    throw new DatabricksCallError(name, status, 'NOT_JSON', text.slice(0, 200), error);
  }
}

/** Most refusals are JSON, some are `CODE: message`, and gateways answer HTML with the text in `<pre>`. */
function refusal(name: string, status: number, text: string): DatabricksCallError {
  try {
    const body = JSON.parse(text) as {
      error_code?: unknown;
      message?: unknown;
      error?: unknown;
      error_description?: unknown;
    };
    const code = body.error_code ?? body.error ?? status;
    return new DatabricksCallError(name, status, String(code), String(body.message ?? body.error_description ?? ''));
  } catch {
    const plain = /^([A-Z_]+): (.*)$/s.exec(text);
    const shown = /<pre>([\s\S]*?)<\/pre>/.exec(text)?.[1];
    return new DatabricksCallError(
      name,
      status,
      plain?.[1] ?? `HTTP_${status}`,
      (plain?.[2] ?? shown ?? text).trim().slice(0, 500),
    );
  }
}
