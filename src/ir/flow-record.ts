import { z } from 'zod';
import type { Plain } from './plain.ts';

/** How an exchange ended. `cut`: the router ended it, for a limit, a move or its own end. */
const flowEnds = ['done', 'refused', 'client-broke', 'upstream-broke', 'cut'] as const;

/** What is inside TLS. A WebSocket is a request with status 101, or CONNECT in `h2`, with the bytes that follow. */
const flowProtocolShape = z.enum(['http/1.1', 'h2']);

const countShape = z.number().int().nonnegative();
/** Milliseconds with a fraction, from the start of the request. */
const timeShape = z.number().nonnegative();

/** Texts come from strangers: any character, in bounded number. */
const textShape = z.string().max(70_000);

/** A field as it was sent, in its order. A value that may be a secret is redacted. */
const flowFieldShape = z.strictObject({ name: textShape, value: textShape });

const flowBodyShape = z.strictObject({
  /** Redacted text. Absent: the body is not of a kind in which secrets can be found, so only its size is shown. */
  text: textShape.optional(),
  /** The text is only the beginning. */
  truncated: z.boolean(),
});

const flowTlsShape = z.strictObject({
  /** Such as `TLSv1.3`. */
  version: textShape,
  cipher: textShape.optional(),
  /** The handshake was a short one, with a ticket of an earlier connection. */
  resumed: z.boolean(),
});

const flowSideShape = z.strictObject({
  /** Of the head, in the order sent. Empty where the head was not kept. */
  headers: z.array(flowFieldShape),
  /** Of the body as sent, with what frames it. */
  bodyBytes: countShape,
  /** Media type of the body, without parameters. */
  type: textShape.optional(),
  /** Only where the plan asks for bodies of this target. */
  body: flowBodyShape.optional(),
});

/**
 * One inspected request with its answer, as everything outside the router's memory sees it: the log, the flow socket, HAR
 * and the page. Secrets are redacted already: `redacted:` and eight characters, the same for the same secret.
 */
export const flowRecordShape = z.strictObject({
  version: z.literal(1),
  /** Unique over all routers. */
  id: textShape,
  /** Counts up in the order in which a router kept its records. 0 in a log. */
  seq: countShape,
  /** When the head of the request was there: ISO 8601 in UTC with milliseconds. */
  start: z.iso.datetime(),
  client: z.strictObject({
    /** Key of the router listener. */
    listener: textShape,
    /** The `vpce-…` that it came through. Absent where the listener is the identity. */
    endpoint: textShape.optional(),
    /** `address:port`, from the PROXY header. */
    source: textShape.optional(),
    /** Keys of its NCCs. */
    nccs: z.array(textShape),
    /** Names of the workspaces that have these NCCs: it is one of them. */
    workspaces: z.array(textShape),
    tls: flowTlsShape.optional(),
  }),
  /** What was decided. Absent: refused before a route was found. */
  route: z.strictObject({ key: textShape, target: textShape }).optional(),
  protocol: flowProtocolShape,
  request: flowSideShape.extend({
    method: textShape,
    scheme: z.literal('https'),
    /** Host name without port. */
    host: textShape,
    /** As sent, without the query. */
    path: textShape,
    /** As sent, without the `?`, values redacted by their names. */
    query: textShape.optional(),
  }),
  /** Absent: neither the upstream nor the router has answered. A refusal is an answer of the router. */
  response: flowSideShape
    .extend({
      status: z.number().int().min(100).max(999),
      /** HTTP/2: fields behind the body, such as `grpc-status`. */
      trailers: z.array(flowFieldShape).optional(),
    })
    .optional(),
  /** Absent: no connection to an upstream was had. */
  upstream: z
    .strictObject({
      /** `host:port` of the plan. */
      name: textShape,
      /** `address:port` that was dialled. */
      address: textShape.optional(),
      /** The connection had carried other requests before. */
      reused: z.boolean(),
      /** The path that it got, where it is not the one sent. */
      path: textShape.optional(),
      tls: flowTlsShape.optional(),
    })
    .optional(),
  timings: z.strictObject({
    /** Until there was a connection to the upstream: dialling and handshake. Absent: one was there, or none came about. */
    dialMs: timeShape.optional(),
    /** Until the first byte of the answer. */
    firstByteMs: timeShape.optional(),
    /** Until the end of the exchange. */
    endMs: timeShape,
  }),
  end: z.enum(flowEnds),
  refusal: z.strictObject({ code: textShape, why: textShape }).optional(),
  /** Heads or bodies are left out to fit a line of the log. */
  shortened: z.literal(true).optional(),
});

export interface FlowRecord extends Plain<z.output<typeof flowRecordShape>> {}
