/** What a certificate says that those below it repeat. */
export interface IssuerCertificate {
  /** The subject, in DER. */
  readonly name: Uint8Array;
  readonly notAfterMs: number;
  /** SubjectPublicKeyInfo, in DER. */
  readonly publicKey: Uint8Array;
  readonly keyIdentifier: Uint8Array;
}

interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly whole: Uint8Array;
}

const subjectKeyIdentifier = '85,29,14'; // 2.5.29.14

/** Reads the certificate of an authority. Undefined for what is none, or has no identifier of its key. @see RFC 5280, 4.1 */
export function readIssuerCertificate(der: Uint8Array): IssuerCertificate | undefined {
  const [tbs] = elementsOf(elementsOf(der)[0]?.content);
  const parts = elementsOf(tbs?.content);
  // version, serial, algorithm, issuer, validity, subject, key, …, extensions
  const [, , , , validity, subject, key] = parts;
  const notAfterMs = timeOf(elementsOf(validity?.content)[1]);
  const extensions = elementsOf(elementsOf(parts.find(({ tag }) => tag === 0xa3)?.content)[0]?.content);
  const identifier = extensions
    .map(({ content }) => elementsOf(content))
    .find(([oid]) => oid?.content.join() === subjectKeyIdentifier)
    ?.at(-1);
  const [keyIdentifier] = elementsOf(identifier?.content);
  if (parts[0]?.tag !== 0xa0 || !subject || !key || notAfterMs === undefined || !keyIdentifier) return undefined;
  return { name: subject.whole, notAfterMs, publicKey: key.whole, keyIdentifier: keyIdentifier.content };
}

/** The elements of a content, behind each other; up to the first that is not whole. */
function elementsOf(bytes: Uint8Array = new Uint8Array()): readonly Element[] {
  const found: Element[] = [];
  for (let at = 0; at + 1 < bytes.length; ) {
    const first = bytes[at + 1] ?? 0;
    const more = first < 0x80 ? 0 : first - 0x80;
    if (more > 3) break;
    let length = more === 0 ? first : 0;
    for (let i = 0; i < more; i++) length = length * 256 + (bytes[at + 2 + i] ?? 0);
    const [start, end] = [at + 2 + more, at + 2 + more + length];
    if (end > bytes.length) break;
    found.push({ tag: bytes[at] ?? 0, content: bytes.subarray(start, end), whole: bytes.subarray(at, end) });
    at = end;
  }
  return found;
}

/** UTCTime, whose years up to 49 are after 2000, or GeneralizedTime. @see RFC 5280, section 4.1.2.5 */
function timeOf(element: Element | undefined): number | undefined {
  const text = String.fromCharCode(...(element?.content.subarray(0, 20) ?? []));
  const long = element?.tag === 0x17 ? `${text < '50' ? '20' : '19'}${text}` : text;
  const [, year, month, day, hour, minute, second] = /^(....)(..)(..)(..)(..)(..)Z$/.exec(long) ?? [];
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}
