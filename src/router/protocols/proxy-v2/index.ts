/**
 * proxy-v2: the header that a load balancer puts before the client's bytes, read and written.
 * Never: a decision whom to believe; the caller checks where the connection comes from.
 */
export { encodeProxyHeader, type HeaderContent } from './encode.ts';
export {
  furtherMax,
  type HeaderAnswer,
  type HeaderCause,
  type HeaderFault,
  type HeaderOptions,
  type HeadersAnswer,
  headerCapBytes,
  type Peer,
  type ProxyHeader,
  parseProxyHeader,
  parseProxyHeaders,
} from './header.ts';
