/**
 * http: HTTP/1 requests without TLS, as far as routing by Host and path needs them.
 * Never: bodies kept, sockets, lenience.
 */

export { type BodyState, type BodyStep, bodyStart, readBody } from './body.ts';
export { editedHead, type HeadEdits, queryOf } from './edited-head.ts';
export type { HeadCause, HeadFault } from './fault.ts';
export type { Field } from './fields.ts';
export type { Framing } from './framing.ts';
export { beginsRequest, type HeadAnswer, http2Line, parseRequestHead, type RequestHead } from './head.ts';
export { type Http2Request, type RawFields, readHttp2Fields, readHttp2Head } from './http2-head.ts';
export { httpProtocol, inHttp, inHttp2 } from './opening.ts';
export { type RequestPart, RequestReader } from './request-reader.ts';
export { type Http2Refusal, http2Refusal, refusalAnswer, refusalResponse } from './response.ts';
export { parseResponseHead, type ResponseHead } from './response-head.ts';
export { type ResponsePart, ResponseReader } from './response-reader.ts';
