import { createHmac } from 'node:crypto';
import { isCount, SensitiveNames } from './sensitive-names.ts';

/** Authentication schemes, whose names may be shown. What stands in their place and is none of them is part of the secret. */
const schemes = [
  ...['basic', 'bearer', 'digest', 'negotiate', 'ntlm', 'token', 'apikey', 'aws4-hmac-sha256', 'dpop', 'hawk', 'oauth'],
  ...['kerberos', 'vapid', 'hoba', 'mutual'],
];
const schemeAndRest = new RegExp(`^(${schemes.join('|')})[ \\t]+(.+)$`, 'i');
const schemeInText = new RegExp(`\\b(${schemes.join('|')})( +|%20)([A-Za-z0-9+/=._~:-]{12,8192})`, 'gi');
const userInUrl = /([a-z][a-z0-9+.-]{1,20}:\/\/)([^\s/?#]{1,1000})@/gi;
/** The value of a pair in a URL, and in a sentence or a list of attributes. */
const pairInUrl = /([?&;])([^=&?#;\s"'<>]{1,100})=([^&#;\s"'<>]{1,8192})/g;
const pairInProse = /([A-Za-z0-9_.[\]-]{2,64})(["'\\]{0,3}\s{0,3}[=:]\s{0,3}["'\\]{0,3})([^\s"'&;,<>}\\]{1,8192})/g;
/** Secrets that can be told by their form: JSON web tokens, Databricks, GitHub and Slack tokens. */
const tokensByForm =
  /\beyJ[\w-]{5,8192}\.[\w-]{5,8192}(?:\.[\w-]{0,8192})?|\b(?:dapi[0-9a-f]{32}(?:-\d)?|gh[pousr]_\w{20,255}|github_pat_\w{20,255}|xox[abprs]-[\w-]{10,255})/g;

/** Longest protocol name of a WebSocket that is shown: some clients send their token as one. */
const protocolCharacters = 24;

/** Fields that ask for authentication and may carry a token. */
const challenges = new Set([
  'www-authenticate',
  'proxy-authenticate',
  'authentication-info',
  'proxy-authentication-info',
]);

/**
 * Puts `redacted:` and eight characters in the place of secrets. The characters come from the secret and a key, so that equal
 * secrets are seen to be equal, and cannot be tried out by who has not the key.
 */
export class Redactor {
  readonly names: SensitiveNames;
  readonly #key: () => Uint8Array;

  /** @param names Further names of fields whose values are secrets. */
  constructor(key: () => Uint8Array, names: readonly string[]) {
    this.#key = key;
    this.names = new SensitiveNames(names);
  }

  secret(value: string): string {
    return `redacted:${createHmac('sha256', this.#key()).update(value).digest('hex').slice(0, 8)}`;
  }

  /** The value of a field of a head. */
  header(name: string, value: string): string {
    if (this.names.has(name)) {
      if (value === '' || isCount(name, value)) return value;
      const [, scheme, rest] = schemeAndRest.exec(value) ?? [];
      return scheme === undefined || rest === undefined ? this.secret(value) : `${scheme} ${this.secret(rest)}`;
    }
    const plain = name.toLowerCase();
    if (plain === ':path') return this.target(value);
    if (challenges.has(plain)) return this.#challenge(value);
    if (plain === 'sec-websocket-protocol')
      return value.replace(/[^,\s]+/g, (word) =>
        word.length > protocolCharacters ? this.secret(word) : this.text(word),
      );
    return this.text(value);
  }

  /** Path and query of a request. */
  target(target: string): string {
    const mark = target.indexOf('?');
    if (mark < 0) return this.text(target);
    return `${this.text(target.slice(0, mark))}?${this.pairs(target.slice(mark + 1))}`;
  }

  /** A query, or a form: `name=value&name=value`. */
  pairs(text: string): string {
    return text
      .split(/([&;])/)
      .map((pair, i) => (i % 2 === 1 ? pair : this.#pair(pair)))
      .join('');
  }

  #pair(pair: string): string {
    const mark = pair.indexOf('=');
    if (mark < 0) return this.#encoded(pair);
    const [name, value] = [pair.slice(0, mark), pair.slice(mark + 1)];
    if (value === '') return pair;
    const known = decoded(name);
    if (this.names.has(known) && !isCount(known, value)) return `${name}=${this.secret(decoded(value))}`;
    return `${name}=${this.#encoded(value)}`;
  }

  #encoded(value: string): string {
    const plain = decoded(value);
    const shown = this.text(plain);
    return shown === plain ? value : encodeURIComponent(shown);
  }

  /** Any text: what looks like a secret in it. */
  text(text: string): string {
    if (text.length < 6) return text;
    const hide = (_: string, before: string, between: string, value: string): string =>
      `${before}${between}${this.#again(value)}`;
    return text
      .replace(schemeInText, hide)
      .replace(userInUrl, (_, before: string, user: string) => `${before}${this.#again(user)}@`)
      .replace(pairInUrl, (all, mark: string, name: string, value: string) =>
        this.names.has(decoded(name)) && !isCount(name, value) ? `${mark}${name}=${this.#again(value)}` : all,
      )
      .replace(pairInProse, (all, name: string, between: string, value: string) =>
        this.names.hasInProse(name) && !isCount(name, value) ? hide(all, name, between, value) : all,
      )
      .replace(tokensByForm, (value) => this.secret(value));
  }

  /** What one rule has redacted stays as it is for the next. */
  #again = (value: string): string => (isRedacted(value) ? value : this.secret(value));

  #challenge(value: string): string {
    const [, scheme = '', rest] = /^(negotiate|ntlm|kerberos)[ \t]+(.+)$/i.exec(value) ?? [];
    return rest === undefined ? this.text(value) : `${scheme} ${this.secret(rest)}`;
  }
}

const isRedacted = (value: string): boolean => /^redacted:[0-9a-f]{8}$/.test(value);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
