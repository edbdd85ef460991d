import type { Socket } from 'node:net';
import {
  connect,
  createSecureContext,
  getCACertificates,
  rootCertificates,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import type { Refusal } from '../../diagnostics/index.ts';
import type { Upstream } from '../../ir/index.ts';
import { standsOn } from '../socket-ends.ts';

/** Contexts that are kept, one for each list of CAs. */
const contextsMax = 256;

/** Roots of the system and of Node. Node before 22.15 knows only its own. */
const systemRoots = (): readonly string[] =>
  typeof getCACertificates === 'function'
    ? [...new Set([...getCACertificates('default'), ...getCACertificates('system')])]
    : rootCertificates;

export type UpstreamHandshake =
  | { readonly is: 'secure'; readonly socket: TLSSocket }
  | {
      readonly is: 'refused';
      readonly refusal: Refusal;
      /** It speaks none of the protocols that were offered. */
      readonly noProtocol?: boolean;
    };

/**
 * Opens TLS to upstreams as their client, and believes no certificate that is not for the upstream's name, from a root of
 * the system or a CA of the upstream.
 */
export class UpstreamTls {
  readonly #contexts = new Map<string, SecureContext>();
  /** The last session of each upstream, so that the next handshake is a short one. */
  readonly #sessions = new WeakMap<NonNullable<Upstream['tls']>, Buffer>();

  /**
   * @param socket Connected. It is destroyed where the handshake fails.
   * @param alpn Protocols in the order of preference.
   */
  secure(
    socket: Socket,
    plan: Upstream,
    { alpn, deadlineMs }: { readonly alpn: readonly string[]; readonly deadlineMs: number },
  ): Promise<UpstreamHandshake> {
    const { tls } = plan;
    // Checked plans have it. Without it nothing could be verified.
    if (!tls) throw new Error(`upstream ${plan.key} says not how its TLS is verified`);
    const where = `${plan.host}:${plan.port}`;
    return new Promise((resolve) => {
      const session = this.#sessions.get(tls);
      const secure = connect({
        socket,
        servername: tls.name,
        secureContext: this.#contextOf(tls.ca ?? []),
        ALPNProtocols: [...alpn],
        rejectUnauthorized: true,
        ...(session && { session }),
      });
      standsOn(secure, socket);
      const fail = (refusal: Refusal, noProtocol = false): void => {
        clearTimeout(timer);
        this.#sessions.delete(tls);
        secure.destroy();
        socket.destroy();
        resolve({ is: 'refused', refusal, noProtocol });
      };
      const timer = setTimeout(
        () => fail({ code: 'LG_UPSTREAM_TIMEOUT', why: `${where} did not finish TLS within ${deadlineMs} ms` }),
        deadlineMs,
      );
      secure.on('session', (next) => void this.#sessions.set(tls, next));
      secure.once('secureConnect', () => {
        if (!secure.authorized) {
          fail({ code: 'LG_UPSTREAM_CERTIFICATE', why: `the certificate of ${where} is not verified` });
          return;
        }
        clearTimeout(timer);
        secure.off('close', onClose);
        resolve({ is: 'secure', socket: secure });
      });
      secure.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL') fail(refusalOf(error, where, tls.name));
        else
          fail({ code: 'LG_UPSTREAM_REFUSED', why: `${where} does not speak ${alpn.join(' or ')} inside TLS` }, true);
      });
      const onClose = (): void => fail({ code: 'LG_UPSTREAM_NO_TLS', why: `${where} closed instead of speaking TLS` });
      secure.once('close', onClose);
    });
  }

  #contextOf(ca: readonly string[]): SecureContext {
    const key = ca.join('\n');
    const known = this.#contexts.get(key);
    if (known) return known;
    const [oldest] = this.#contexts.keys();
    if (this.#contexts.size >= contextsMax && oldest !== undefined) this.#contexts.delete(oldest);
    const context = createSecureContext({ ca: [...systemRoots(), ...ca], minVersion: 'TLSv1.2' });
    this.#contexts.set(key, context);
    return context;
  }
}

function refusalOf({ code = '', message }: NodeJS.ErrnoException, where: string, name: string): Refusal {
  if (code === 'ECONNRESET' || code === 'EPIPE')
    return { code: 'LG_UPSTREAM_NO_TLS', why: `${where} closed instead of speaking TLS` };
  if (code.startsWith('ERR_SSL_')) return { code: 'LG_UPSTREAM_NO_TLS', why: `TLS with ${where} failed (${code})` };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return { code: 'LG_UPSTREAM_CERTIFICATE', why: `the certificate of ${where} is not for ${name}` };
  return { code: 'LG_UPSTREAM_CERTIFICATE', why: `the certificate of ${where} is not trusted (${code || message})` };
}
