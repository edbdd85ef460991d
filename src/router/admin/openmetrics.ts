import { type Histogram, histogramBoundsMs, type Snapshot } from '../metrics.ts';

/** Content type of {@link openMetrics}. */
export const openMetricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

type Labels = Readonly<Record<string, string | number>>;

const quoted = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

const sample = (name: string, labels: Labels, value: number): string => {
  const inside = Object.entries(labels)
    .map(([label, text]) => `${label}="${quoted(String(text))}"`)
    .join(',');
  return `${name}${inside === '' ? '' : `{${inside}}`} ${value}`;
};

/**
 * The snapshot as OpenMetrics text. Labels are listeners, upstreams and codes of the plan, so their number is bounded by
 * it: nothing that a client sends becomes a label.
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/ (2026-11-21)
 */
export function openMetrics(snapshot: Snapshot): string {
  const lines: string[] = [];
  const family: Family = (name, type, help, samples) => {
    if (samples.length === 0) return;
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples);
  };
  const listeners = Object.entries(snapshot.listeners);
  const upstreams = Object.entries(snapshot.upstreams);

  family('lakegate_connections_open', 'gauge', 'Connections now.', [
    ...listeners.map(([listener, { open }]) => sample('lakegate_connections_open', { listener }, open)),
  ]);
  family('lakegate_connections_opening', 'gauge', 'Connections whose opening is not read yet.', [
    sample('lakegate_connections_opening', {}, snapshot.opening),
  ]);
  family('lakegate_connections_accepted', 'counter', 'Connections taken.', [
    ...listeners.map(([listener, each]) => sample('lakegate_connections_accepted_total', { listener }, each.accepted)),
  ]);
  family('lakegate_connections_carried', 'counter', 'Connections that reached an upstream.', [
    ...listeners.map(([listener, each]) => sample('lakegate_connections_carried_total', { listener }, each.carried)),
  ]);
  family('lakegate_connections_refused', 'counter', 'Connections refused, by code.', [
    ...listeners.flatMap(([listener, { refused }]) =>
      Object.entries(refused).map(([code, n]) => sample('lakegate_connections_refused_total', { listener, code }, n)),
    ),
  ]);
  family('lakegate_connections_ended', 'counter', 'Connections that are over, by how they ended.', [
    ...listeners.flatMap(([listener, { ended }]) =>
      Object.entries(ended).map(([end, n]) => sample('lakegate_connections_ended_total', { listener, end }, n)),
    ),
  ]);
  family('lakegate_bytes', 'counter', 'Bytes of connections that are over.', [
    ...listeners.flatMap(([listener, { bytesIn, bytesOut }]) => [
      sample('lakegate_bytes_total', { listener, direction: 'in' }, bytesIn),
      sample('lakegate_bytes_total', { listener, direction: 'out' }, bytesOut),
    ]),
  ]);
  family('lakegate_upstream_up', 'gauge', 'Whether connections to the upstream are tried.', [
    ...upstreams.map(([upstream, { up }]) => sample('lakegate_upstream_up', { upstream }, up ? 1 : 0)),
  ]);
  family('lakegate_upstream_connections_open', 'gauge', 'Connections to the upstream now.', [
    ...upstreams.map(([upstream, { open }]) => sample('lakegate_upstream_connections_open', { upstream }, open)),
  ]);
  family('lakegate_upstream_dial_failures', 'counter', 'Dials that reached no address of the upstream.', [
    ...upstreams.map(([upstream, each]) =>
      sample('lakegate_upstream_dial_failures_total', { upstream }, each.dialFailures),
    ),
  ]);
  family('lakegate_opening_seconds', 'histogram', 'Time from accept until the client’s wish was known.', [
    ...histogram('lakegate_opening_seconds', {}, snapshot.openingMs),
  ]);
  family('lakegate_dial_seconds', 'histogram', 'Time until an upstream answered or was given up.', [
    ...histogram('lakegate_dial_seconds', {}, snapshot.dialMs),
  ]);
  requestFamilies(snapshot, family);
  family('lakegate_dns_questions', 'counter', 'Questions to DNS.', [
    sample('lakegate_dns_questions_total', {}, snapshot.dns.asked),
  ]);
  family('lakegate_dns_failures', 'counter', 'DNS queries without an answer.', [
    sample('lakegate_dns_failures_total', {}, snapshot.dns.failed),
  ]);
  family('lakegate_dns_stale_answers', 'counter', 'Times the last good answer stood in for a failed one.', [
    sample('lakegate_dns_stale_answers_total', {}, snapshot.dns.stale),
  ]);
  family('lakegate_reloads', 'counter', 'Reloads of the route plan, by result.', [
    sample('lakegate_reloads_total', { result: 'done' }, snapshot.reloads.done),
    sample('lakegate_reloads_total', { result: 'refused' }, snapshot.reloads.refused),
  ]);
  family('lakegate_routes', 'gauge', 'Routes of the plan that runs.', [sample('lakegate_routes', {}, snapshot.routes)]);
  family('lakegate_draining', 'gauge', 'Whether the router is shutting down.', [
    sample('lakegate_draining', {}, snapshot.draining ? 1 : 0),
  ]);
  return `${lines.join('\n')}\n# EOF\n`;
}

type Family = (name: string, type: 'counter' | 'gauge' | 'histogram', help: string, samples: readonly string[]) => void;

/** Inspected requests. */
function requestFamilies({ requests, flowsNotRecorded }: Snapshot, family: Family): void {
  const targets = Object.entries(requests.targets);
  family(
    'lakegate_requests',
    'counter',
    'Inspected requests that are over, by class of status and code of a refusal.',
    [
      ...targets.flatMap(([target, { answers }]) =>
        Object.entries(answers).map(([answer, n]) => {
          const [status = '', code = ''] = answer.split(' ');
          return sample('lakegate_requests_total', { target, status, code }, n);
        }),
      ),
    ],
  );
  family('lakegate_request_first_byte_seconds', 'histogram', 'Time from a request’s head to its answer’s first byte.', [
    ...targets.flatMap(([target, { firstByteMs }]) =>
      histogram('lakegate_request_first_byte_seconds', { target }, firstByteMs),
    ),
  ]);
  family('lakegate_request_seconds', 'histogram', 'Time from a request’s head to the end of its answer.', [
    ...targets.flatMap(([target, { endMs }]) => histogram('lakegate_request_seconds', { target }, endMs)),
  ]);
  if (targets.length === 0 && Object.values(requests.handshakes).every(({ full, resumed }) => full + resumed === 0))
    return;
  family('lakegate_tls_handshakes', 'counter', 'TLS handshakes of inspected connections.', [
    ...Object.entries(requests.handshakes).flatMap(([side, { full, resumed }]) => [
      sample('lakegate_tls_handshakes_total', { side, kind: 'full' }, full),
      sample('lakegate_tls_handshakes_total', { side, kind: 'resumed' }, resumed),
    ]),
  ]);
  family('lakegate_flows_not_recorded', 'counter', 'Inspected requests that were too many to be recorded.', [
    sample('lakegate_flows_not_recorded_total', {}, flowsNotRecorded),
  ]);
}

function histogram(name: string, labels: Labels, { buckets, sumMs, count }: Histogram): readonly string[] {
  let sum = 0;
  const below = histogramBoundsMs.map((bound, i) => {
    sum += buckets[i] ?? 0;
    return sample(`${name}_bucket`, { ...labels, le: bound / 1000 }, sum);
  });
  return [
    ...below,
    sample(`${name}_bucket`, { ...labels, le: '+Inf' }, count),
    sample(`${name}_sum`, labels, Math.round(sumMs) / 1000),
    sample(`${name}_count`, labels, count),
  ];
}
