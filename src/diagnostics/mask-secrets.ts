/** `password: …`, `api_key = …`: the value of a key that names a secret, up to the end of its quotes or word. */
const namedSecret =
  /((?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|private[_-]?key|access[_-]?key)\w*["']?\s*[:=]\s*)("[^"]*"?|'[^']*'?|[^\s,}\]]+)/gi;

/** `https://user:password@host`: what stands before the @. */
const urlSecret = /(:\/\/[^\s/:@]*:)([^\s/@]+)(?=@)/g;

/**
 * Text of a file as messages may show it: what looks like a secret becomes asterisks of the same length, so that columns stay.
 * Keys whose names speak of secrets and passwords in URLs are found; a secret elsewhere is not.
 */
export const maskSecrets = (text: string): string => text.replace(namedSecret, hidden).replace(urlSecret, hidden);

const hidden = (_: string, before: string, secret: string): string => before + '*'.repeat(secret.length);
