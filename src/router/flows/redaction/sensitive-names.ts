/**
 * Names of fields whose values are secrets. A name is compared without case and without anything but letters and digits, so
 * that `access_token`, `Access-Token`, `accessToken` and `user[accessToken]` are one.
 */

/** Wherever one of these stands in a name. */
const wordsInside = [
  ...['token', 'secret', 'password', 'passwd', 'passphrase', 'credential', 'authorization', 'cookie', 'signature'],
  ...['apikey', 'accesskey', 'privatekey', 'sessionid', 'assertion', 'codeverifier', 'jwt'],
];
/** At the end of a name. */
const wordsAtEnd = ['key', 'keys', 'pwd', 'sig', 'otp', 'auth'];
/** Complete names. */
const wholeNames = new Set([
  ...[
    'code',
    'authcode',
    'devicecode',
    'usercode',
    'pass',
    'pin',
    'sid',
    'samlresponse',
    'samlrequest',
    'xamzcredential',
  ],
]);
/** Of the protocol or of an application, and no secrets. */
const harmless = new Set([
  'secwebsocketkey',
  'idempotencykey',
  'tokentype',
  'tokenendpoint',
  'publickey',
  'primarykey',
]);

const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Names of one router are few; those of a stranger may be many. */
const judgedMax = 5000;

/** Judges names, those that the plan adds among them. */
export class SensitiveNames {
  readonly #added: ReadonlySet<string>;
  readonly #judged = new Map<string, boolean>();

  constructor(added: readonly string[]) {
    this.#added = new Set(added.map(bare));
  }

  has(name: string): boolean {
    const known = this.#judged.get(name);
    if (known !== undefined) return known;
    const judged = this.#judge(bare(name));
    if (this.#judged.size >= judgedMax) this.#judged.clear();
    this.#judged.set(name, judged);
    return judged;
  }

  #judge(name: string): boolean {
    if (this.#added.has(name)) return true;
    if (harmless.has(name)) return false;
    return isInProse(name) || wholeNames.has(name) || wordsAtEnd.some((word) => name.endsWith(word));
  }

  /** Fewer names: in a sentence, `code: 404` and `key: a` are no secrets. */
  hasInProse(name: string): boolean {
    const plain = bare(name);
    return this.#added.has(plain) || (!harmless.has(plain) && isInProse(plain));
  }
}

const isInProse = (name: string): boolean => wordsInside.some((word) => name.includes(word));

/** `max_tokens: 100`: a number under such a name counts them. */
export const isCount = (name: string, value: string): boolean =>
  /tokens|keys$/.test(bare(name)) && /^-?[0-9]{1,12}$/.test(value);
