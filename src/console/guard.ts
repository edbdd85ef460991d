import { createHash, timingSafeEqual } from 'node:crypto';

/** What a request says of where it comes from. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`: browsers send it, and no page can set it. */
  readonly fetchSite: string | undefined;
  readonly authorization: string | undefined;
}

export interface Denied {
  readonly status: 401 | 403 | 405 | 421;
  readonly why: string;
}

/** What asks for flows, and so needs the token. The page itself holds nothing of them. */
const isPrivate = (path: string): boolean => path.startsWith('/api/');

/**
 * Judges each request before anything else of it is looked at.
 * A page of another site can make a browser send requests here, under a name of its own that leads to 127.0.0.1 (DNS
 * rebinding) or across origins: the first is told by Host, the second by Origin and Sec-Fetch-Site. Other programs of this
 * machine do not have the token.
 */
export class Guard {
  readonly #hosts: readonly string[];
  readonly #token: Buffer;

  constructor(port: number, token: string) {
    this.#hosts = ['127.0.0.1', 'localhost'].map((name) => (port === 80 ? name : `${name}:${port}`));
    this.#token = digest(`Bearer ${token}`);
  }

  judge({ method, path, host, origin, fetchSite, authorization }: Asked): Denied | undefined {
    if (host === undefined || !this.#hosts.includes(host))
      return { status: 421, why: `the Host field has to be ${this.#hosts.join(' or ')}` };
    if (origin !== undefined && !this.#hosts.some((name) => origin === `http://${name}`))
      return { status: 403, why: 'the request comes from a page of another origin' };
    if (isPrivate(path) && fetchSite !== undefined && fetchSite !== 'same-origin')
      return { status: 403, why: 'the request comes from a page of another site' };
    if (method !== 'GET') return { status: 405, why: 'only GET is answered' };
    if (isPrivate(path) && !timingSafeEqual(digest(authorization ?? ''), this.#token))
      return { status: 401, why: 'the token is not the one that was printed with the address' };
    return undefined;
  }
}

/** Of one length whatever was sent, so that comparing takes the same time. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
