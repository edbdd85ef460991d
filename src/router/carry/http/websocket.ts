import { createHash } from 'node:crypto';
import type { RequestHead, ResponseHead } from '../../protocols/http/index.ts';

/** @see RFC 6455 section 1.3 */
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** 16 bytes in base64. */
const keyForm = /^[A-Za-z0-9+/]{22}==$/;

/**
 * The key of a request that opens a WebSocket, or undefined for one that does not, or not exactly: that one is passed on
 * without its Upgrade.
 *
 * @see RFC 6455 section 4.2.1
 */
export function websocketKey({ method, minorVersion, framing, upgrade, fields }: RequestHead): string | undefined {
  if (upgrade.length !== 1 || upgrade[0] !== 'websocket') return undefined;
  if (method !== 'GET' || minorVersion !== 1 || framing.by !== 'none') return undefined;
  const keys = fields.filter(({ name }) => name === 'sec-websocket-key');
  const versions = fields.filter(({ name }) => name === 'sec-websocket-version');
  if (keys.length !== 1 || versions.length !== 1 || versions[0]?.value !== '13') return undefined;
  const key = keys[0]?.value ?? '';
  return keyForm.test(key) ? key : undefined;
}

/** Why a 101 does not grant the WebSocket with this key, or undefined if it does. @see RFC 6455 section 4.1 */
export function whyNotGranted({ upgrade, fields }: ResponseHead, key: string): string | undefined {
  if (upgrade.length !== 1 || upgrade[0] !== 'websocket')
    return 'the server changed to another protocol than the WebSocket that was asked for';
  const accepts = fields.filter(({ name }) => name === 'sec-websocket-accept');
  const want = createHash('sha1').update(`${key}${guid}`).digest('base64');
  return accepts.length === 1 && accepts[0]?.value === want
    ? undefined
    : 'the server’s Sec-WebSocket-Accept is not the answer to the client’s key';
}
