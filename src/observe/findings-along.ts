import type { Hop, Topology, Trace } from '../topology/index.ts';
import type { Finding, Place } from './finding.ts';

/**
 * The findings on the path of a trace: why it stops where it stops, and what puts a path that works at risk.
 *
 * @param topology The observed one, over which the trace was made.
 */
export function findingsAlong(trace: Trace, topology: Topology, findings: readonly Finding[]): readonly Finding[] {
  const { from, host, port } = trace.question;
  const ncc = topology.nccOf.get(from)?.ncc.key;
  const at = (kind: Hop['at']): string | undefined => trace.hops.find((hop) => hop.at === kind)?.name;
  const service = at('service');
  const passed = trace.hops.findLast((hop) => hop.passes)?.at;
  // Where the listener is missing, it is not known whether it led to the routers.
  const toRouters = trace.hops.some((hop) => ['router', 'route', 'upstream'].includes(hop.at)) || passed === 'service';
  const isOn = (place: Place): boolean => {
    switch (place.at) {
      case 'workspace':
        return place.workspace === from;
      case 'ncc':
        return ncc === undefined || place.ncc === ncc;
      case 'rule':
        return place.ncc === ncc && place.names.some((name) => host === name || host.startsWith(`${name}.s3.`));
      case 'endpoint':
        return (
          place.ncc === ncc &&
          (place.names?.includes(host) === true || (service !== undefined && place.service === service))
        );
      case 'service':
        return place.service === service;
      case 'listener':
        return place.service === service && place.port === port;
      case 'fleet':
      case 'configuration':
        return toRouters;
      case 'upstream':
        return place.upstreams.includes(at('upstream') ?? '');
      case 'network':
        return place.network === topology.routes.upstreams[at('upstream') ?? '']?.network;
      case 'call':
        return true;
      default:
        return place satisfies never;
    }
  };
  return findings.filter((each) => isOn(each.place));
}
