import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { isCount, SensitiveNames } from './sensitive-names.ts';

/** Authentication schemes, whose names may be shown. What stands in their place and is none of them is part of the secret. */
const schemes = [
  ...['basic', 'bearer', 'digest', 'negotiate', 'ntlm', 'token', 'apikey', 'aws4-hmac-sha256', 'dpop', 'hawk', 'oauth'],
  ...['kerberos', 'vapid', 'hoba', 'mutual'],
];
const schemeAndRest = new RegExp(`^(${schemes.join('|')})[ \\t]+(.+)$`, 'i');
const schemeInText = new RegExp(`\\b(${schemes.join('|')})( +|%20)([A-Za-z0-9+/=._~:-]{12,})`, 'gi');
const userInUrl = /([a-z][a-z0-9+.-]{1,20}:\/\/)([^\s/?#]{1,1000})@/gi;

/** A name with what stands between it and its value, and the value: in a URL, and in a sentence or a list of attributes. */
interface Pairs {
  /** The name is its first group. */
  readonly begin: RegExp;
  /** From where `begin` ends. */
  readonly value: RegExp;
}
const inUrl: Pairs = { begin: /[?&;#]([^=&?#;\s"'<>]{1,100})=/g, value: /[^&#;\s"'<>]+/y };
const inProse: Pairs = {
  begin: /(?<![A-Za-z0-9_.[\]-])([A-Za-z0-9_.[\]-]{2,})["'\\]{0,3}\s{0,3}[=:]\s{0,3}["'\\]{0,3}/g,
  value: /[^\s"'&;,<>}\\]+/y,
};

/** Words of tokens, dots between them: what may have a JSON web token in it. */
const dotted = /[\w.-]{13,}/g;
/** Secrets that can be told by their form: tokens of Databricks, GitHub and Slack. */
const tokensByForm =
  /\b(?:dapi[0-9a-f]{32}(?:-\d)?|gh[pousr]_\w{20,255}|github_pat_\w{20,255}|xox[abprs]-[\w-]{10,255})/g;

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
  /** What is made of the key: to make it for each hash would cost more than the hash. */
  #made: { readonly of: Uint8Array; readonly key: KeyObject } | undefined;

  /** @param names Further names of fields whose values are secrets. */
  constructor(key: () => Uint8Array, names: readonly string[]) {
    this.#key = key;
    this.names = new SensitiveNames(names);
  }

  secret(value: string): string {
    const of = this.#key();
    if (this.#made?.of !== of) this.#made = { of, key: createSecretKey(of) };
    return `redacted:${createHmac('sha256', this.#made.key).update(value).digest('hex').slice(0, 8)}`;
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
    const plain = text
      .replace(schemeInText, (_, scheme: string, blank: string, value: string) => scheme + blank + this.#again(value))
      .replace(userInUrl, (_, before: string, user: string) => `${before}${this.#again(user)}@`);
    const withoutUrls = this.#withoutPairs(plain, inUrl, (name) => this.names.has(decoded(name)));
    return this.#withoutPairs(withoutUrls, inProse, (name) => this.names.hasInProse(name))
      .replace(dotted, (run) => (run.includes('eyJ') ? this.#withoutWebToken(run) : run))
      .replace(tokensByForm, (value) => this.secret(value));
  }

  /**
   * Without the values behind names that are secret. A value that is not may have such a pair in it, so that only its name is
   * stepped over. Each character is looked at a few times at most, whatever the text.
   */
  #withoutPairs(text: string, { begin, value }: Pairs, isSecret: (name: string) => boolean): string {
    let shown = '';
    let from = 0;
    for (const found of text.matchAll(begin)) {
      const [pair, name = ''] = found;
      if (found.index < from || !isSecret(name)) continue;
      const at = found.index + pair.length;
      value.lastIndex = at;
      const secret = value.exec(text)?.[0];
      if (secret === undefined || isCount(name, secret)) continue;
      shown += text.slice(from, at) + this.#again(secret);
      from = at + secret.length;
    }
    return from === 0 ? text : shown + text.slice(from);
  }

  /** A run of words and dots without the JSON web token in it: `eyJ…`, and up to four parts more. */
  #withoutWebToken(run: string): string {
    const parts = run.split('.');
    const shown: string[] = [];
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i] ?? '';
      const at = part.search(/\beyJ[\w-]{5}/);
      if (at < 0 || (parts[i + 1] ?? '').length < 5) shown.push(part);
      else {
        const token = [part.slice(at), ...parts.slice(i + 1, i + 5)];
        shown.push(part.slice(0, at) + this.secret(token.join('.')));
        i += token.length - 1;
      }
    }
    return shown.join('.');
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
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    // Bytes that are no UTF-8 hide nothing.
    return spaced.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
}
