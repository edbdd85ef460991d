import { type EngineName, engines, type Route } from '../ir/index.ts';
import type { Claim } from '../routing/index.ts';
import type { Topology } from './graph.ts';
import type { Hop, Question, Trace } from './trace-types.ts';
import { type Walk, walk } from './walk.ts';

/** One connection walked hop by hop, each hop with why it passes or where it stops. Never throws. */
export const trace = (topology: Topology, question: Question): Trace =>
  traceOf(topology, question, walk(topology, question));

/** The same in words. The proof tells only the walks that went wrong. */
export function traceOf({ engine }: Topology, question: Question, way: Walk): Trace {
  return { question, hops: hopsOf(question, way, engine), outcome: way.outcome };
}

function hopsOf(question: Question, way: Walk, engine: EngineName): readonly Hop[] {
  const hops: Hop[] = [];
  const add = (at: Hop['at'], name: string, why: string): boolean => {
    const passes = way.stop?.at !== at;
    hops.push({ at, name, passes, why });
    return passes;
  };
  const { ncc, rule, service, listener } = way;
  if (!ncc) {
    add('workspace', question.from, `workspace ${question.from} is in no NCC of the plan`);
    return hops;
  }
  add('workspace', question.from, `workspace ${question.from} is attached to NCC ${ncc.ncc.key}`);
  if (!add('rule', rule?.key ?? question.host, ruleSentence(question, way, ncc.ncc.key))) return hops;
  if (way.bucket !== undefined) {
    add('bucket', way.bucket, `bucket ${way.bucket} is reached through an S3 endpoint, without the hub`);
    return hops;
  }
  const serviceKey = rule?.kind === 'service' ? rule.service : '';
  if (
    !add(
      'service',
      serviceKey,
      service
        ? `endpoint service ${serviceKey} (${service.service.name})`
        : `endpoint service ${serviceKey} is not in the plan`,
    )
  )
    return hops;
  if (!add('listener', `${serviceKey}/${question.port}`, listenerSentence(question, way))) return hops;
  if (listener?.listener.forward.to !== 'router') return hops;
  const router = listener.router;
  if (
    !add(
      'router',
      listener.listener.key,
      router
        ? `the router accepts it on port ${router.listener.port} and identifies the NCC by ${router.listener.identity.by === 'endpoint' ? 'the endpoint id in the PROXY header' : 'the listener'}${engines[engine].isBuilt ? '' : `; the engine ${engine} is not built yet`}`
        : `the router has no listener ${listener.listener.key}`,
    )
  )
    return hops;
  if (!add('route', way.route?.key ?? listener.listener.key, routeSentence(way, ncc.ncc.key))) return hops;
  if (question.path !== undefined && !add('request', question.path, requestSentence(question.path, way))) return hops;
  const up = way.upstream;
  add(
    'upstream',
    way.route?.action.upstream ?? '',
    up
      ? `${up.addresses && up.addresses.length > 0 ? `${up.addresses.join(', ')} (static)` : up.host}:${up.port}${up.tls ? `, with TLS for ${up.tls.name},` : ''} in network ${up.network}${pathsSentence(way)}`
      : `upstream ${way.route?.action.upstream ?? ''} is not in the plan`,
  );
  return hops;
}

function ruleSentence({ host, service }: Question, { rule, bucket }: Walk, ncc: string): string {
  if (!rule)
    return service === undefined
      ? `no rule of NCC ${ncc} lists ${bucket === undefined ? host : `bucket ${bucket}`}`
      : `NCC ${ncc} has no endpoint to endpoint service ${service}`;
  if (rule.kind === 's3') return `S3 rule ${rule.key} of NCC ${ncc} lists bucket ${bucket ?? ''}`;
  return service === undefined
    ? `rule ${rule.key} of NCC ${ncc} lists ${host}`
    : `rule ${rule.key} of NCC ${ncc} created an endpoint to ${service}; the client dials its address`;
}

function listenerSentence({ port }: Question, { listener, service }: Walk): string {
  if (!listener) {
    const ports = [...(service?.listeners.keys() ?? [])].sort((a, b) => a - b);
    const shown = ports.slice(0, 10).join(', ');
    return `no listener on port ${port}; ${ports.length === 0 ? 'the service has none' : `the ports are ${shown}${ports.length > 10 ? ', …' : ''}`}`;
  }
  const { forward } = listener.listener;
  switch (forward.to) {
    case 'router':
      return `listener ${port} forwards to the router: ${forward.why}`;
    case 'addresses':
      return `listener ${port} bypasses the router and forwards to ${forward.members.map((member) => member.address).join(', ')}: ${forward.why}`;
    case 'broker':
      return `listener ${port} bypasses the router and forwards to broker ${forward.broker} of ${forward.target}: ${forward.why}`;
    default:
      return forward satisfies never;
  }
}

function routeSentence({ route, claim, listener, stop, request }: Walk, ncc: string): string {
  const said = claim ? claimSentence(claim) : 'the client sends nothing';
  if (!route) return `${said}; no route of router listener ${listener?.listener.key ?? ''} matches`;
  const how = route.match.by === 'port' ? 'route by port' : `${said}; route`;
  if (stop?.at === 'route') return `${how} ${route.key} admits ${route.allow.join(', ') || 'no NCC'}, not ${ncc}`;
  // Which of the routes of a name a connection takes is open until its request.
  if (request) return `${said}; ${ncc} is granted a route of this name${inspectionSentence(route)}`;
  const admits =
    listener?.router?.listener.identity.by === 'listener'
      ? 'admits every NCC that can dial the listener'
      : `admits ${ncc}`;
  return `${how} ${route.key} ${admits}${inspectionSentence(route)}`;
}

const claimSentence = ({ speech, name }: Claim): string =>
  name === undefined
    ? `the client uses ${speech} and sends no server name`
    : `the client uses ${speech} and asks for ${name}`;

const inspectionSentence = ({ action }: Route): string => (action.tls === 'inspect' ? ', with TLS inspected' : '');

function requestSentence(path: string, { request, route }: Walk): string {
  if (!request) return 'the router does not read requests here, so it does not see the path';
  if (request.is === 'refuse') return request.why;
  const prefix = route?.match.by === 'name' ? (route.match.path ?? '/') : '/';
  const sent = request.path === path ? 'as it is' : `as ${request.path}`;
  return `the request belongs to route ${request.route.key} (path ${prefix}) and is forwarded ${sent}`;
}

const pathsSentence = ({ route, request }: Walk): string =>
  route?.action.paths && !request ? '; only the request paths that the target allows' : '';
