import type { RequestHead } from '../../protocols/http/index.ts';

/** Methods whose requests have a body by their meaning, so that servers read it. */
const withBody: readonly string[] = ['POST', 'PUT', 'PATCH'];

/**
 * Whether a server may answer this request without having read its body, and then take the body for the next request: one
 * that no policy has seen. Such a request goes to the server with `Connection: close`, and nothing follows it.
 */
export const mayStayUnread = ({ method, framing, expects }: RequestHead): boolean =>
  framing.by !== 'none' && (expects || !withBody.includes(method));
