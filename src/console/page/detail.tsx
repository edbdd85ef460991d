import { useEffect, useRef, useState } from 'preact/hooks';
import type { FlowRecord } from '../../ir/index.ts';
import type { FlowDetail } from '../view/messages.ts';
import { visible } from '../view/visible.ts';
import type { Actions } from './keys.ts';
import type { Server } from './server.ts';
import { Side } from './side.tsx';
import { dayAndTime } from './time-of-day.ts';
import { Timing } from './timing.tsx';

export interface LoadedDetail {
  readonly shown?: FlowDetail;
  readonly trouble?: string;
}

/** The record of a row. The one before it stays until the new one is there. */
export function useDetail(server: Server, n: number | undefined): LoadedDetail {
  const [loaded, setLoaded] = useState<LoadedDetail>({});
  useEffect(() => {
    if (n === undefined) return setLoaded({});
    const stop = new AbortController();
    server.flow(n, stop.signal).then(
      (shown) => setLoaded({ shown }),
      (error: unknown) => {
        if (!stop.signal.aborted) setLoaded({ trouble: error instanceof Error ? error.message : String(error) });
      },
    );
    return () => stop.abort();
  }, [server, n]);
  return loaded;
}

export function Detail({
  detail: { shown, trouble },
  actions,
}: {
  readonly detail: LoadedDetail;
  readonly actions: Actions;
}) {
  const element = useRef<HTMLElement>(null);
  const id = shown?.record.id;
  // Another record is read from its beginning.
  useEffect(() => element.current?.scrollTo(0, 0), [id]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard has to reach what scrolls
    <section ref={element} class="detail" aria-label="Request and response" tabIndex={0}>
      {trouble !== undefined && <p class="empty">{trouble}</p>}
      {shown && (
        <>
          <header>
            <h2>
              <span class="method">{visible(shown.record.request.method)}</span>{' '}
              <Address request={shown.record.request} />
            </h2>
            <div class="buttons">
              <button type="button" aria-keyshortcuts="c" title="Copy as curl (c)" onClick={actions.copy}>
                Copy as curl
              </button>
              <button type="button" aria-keyshortcuts="Escape" title="Close (Esc)" onClick={actions.back}>
                Close
              </button>
            </div>
          </header>
          <Refusal detail={shown} />
          <Timing timings={shown.record.timings} />
          <Facts record={shown.record} />
          <div class="sides">
            <Side title="Request" side={shown.record.request} />
            {shown.record.response ? (
              <Side title="Response" side={shown.record.response} status={shown.record.response.status} />
            ) : (
              <section class="side">
                <h3>Response</h3>
                <p class="empty">None.</p>
              </section>
            )}
          </div>
        </>
      )}
    </section>
  );
}

const Address = ({ request: { scheme, host, path, query } }: Pick<FlowRecord, 'request'>) => (
  <>
    <span class="host">
      {scheme}://{visible(host)}
    </span>
    <span class="path">{visible(path)}</span>
    {query !== undefined && <span class="query">?{visible(query)}</span>}
  </>
);

/** What stands between backticks, as code. */
const withCode = (text: string) =>
  text.split('`').map((part, at) => (at % 2 === 1 ? <code key={part}>{part}</code> : part));

/** Why the router said no, and the text of docs/errors.md for its code. */
function Refusal({ detail: { record, explanation } }: { readonly detail: FlowDetail }) {
  if (!record.refusal) return null;
  return (
    <section class="refusal" aria-label="Refusal">
      <h3>
        <code>{visible(record.refusal.code)}</code> {explanation?.title}
      </h3>
      <p class="why">{visible(record.refusal.why)}</p>
      {explanation && (
        <>
          <p>{withCode(explanation.explain)}</p>
          <p>{withCode(explanation.fix)}</p>
        </>
      )}
    </section>
  );
}

const ends: Readonly<Record<FlowRecord['end'], string>> = {
  done: 'in order',
  refused: 'refused by the router',
  'client-broke': 'the client broke off',
  'upstream-broke': 'the upstream broke off',
  cut: 'cut by the router',
};

const tlsText = (tls: FlowRecord['client']['tls']): string | undefined =>
  tls && [tls.version, tls.cipher, tls.resumed ? 'resumed' : 'full handshake'].filter(Boolean).join(', ');

function Facts({
  record: { start, client, route, protocol, upstream, end, shortened },
}: {
  readonly record: FlowRecord;
}) {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Started', dayAndTime(start)],
    ['Target', route?.target],
    ['Route', route?.key],
    ['Workspace', client.workspaces.join(' or ') || undefined],
    ['NCC', client.nccs.join(', ') || undefined],
    ['Endpoint', client.endpoint],
    ['Client', client.source],
    ['Listener', client.listener],
    ['Protocol', protocol],
    ['Client TLS', tlsText(client.tls)],
    ['Upstream', upstream?.name],
    ['Address', upstream?.address],
    ['Upstream path', upstream?.path],
    ['Upstream TLS', tlsText(upstream?.tls)],
    ['Connection', upstream && (upstream.reused ? 'reused' : 'new')],
    ['Ended', ends[end]],
    ['Left out', shortened && 'heads or bodies, to fit a line of the log'],
  ];
  return (
    <dl class="facts">
      {facts.map(
        ([name, value]) =>
          value !== undefined && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{visible(value)}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
