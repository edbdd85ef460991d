/**
 * proxy-v2: the header that a load balancer puts before the client's bytes, as the router reads it.
 * Never: a decision whom to believe; the caller checks where the connection comes from.
 */
export {
  type HeaderAnswer,
  type HeaderCause,
  type HeaderFault,
  type HeaderOptions,
  type HeadersAnswer,
  type Peer,
  type ProxyHeader,
  parseProxyHeader,
  parseProxyHeaders,
  signature,
} from './header.ts';
