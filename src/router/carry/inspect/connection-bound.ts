import type { RequestHead, ResponseHead } from '../../protocols/http/index.ts';

/** They authenticate a connection, not a request: who shares it shares the user. @see RFC 4559 section 6 */
const schemes: readonly string[] = ['ntlm', 'negotiate'];

/** Whether the connection that carried this exchange belongs to its client from now on. */
export function bindsConnection({ authorization }: RequestHead, answer: ResponseHead): boolean {
  if (authorization !== undefined && schemes.includes(authorization)) return true;
  if (answer.status !== 401) return false;
  return answer.fields.some(
    ({ name, value }) =>
      name === 'www-authenticate' && schemes.includes(value.split(/[ ,]/, 1)[0]?.toLowerCase() ?? ''),
  );
}
