import { useMemo, useState } from 'preact/hooks';
import type { FlowRecord } from '../../ir/index.ts';
import { count, size } from '../view/figures.ts';
import { formFields, isForm } from '../view/form-text.ts';
import { jsonPieces } from '../view/json-text.ts';
import { visible, visibleLines } from '../view/visible.ts';
import { statusClass } from './list.tsx';

type FlowSide = FlowRecord['request'] | NonNullable<FlowRecord['response']>;

interface SideProps {
  readonly title: string;
  readonly side: FlowSide;
  readonly status?: number;
}

/** The head and body of one direction. */
export const Side = ({ title, side, status }: SideProps) => (
  <section class="side" aria-label={title}>
    <h3>
      {title}
      {status !== undefined && <span class={`status ${statusClass({ status })}`}>{status}</span>}
      <span class="measure">
        {side.type !== undefined && visible(side.type)} {size(side.bodyBytes)}
      </span>
    </h3>
    <Fields label={`${title} fields`} fields={side.headers} none="The head was not kept." />
    {'trailers' in side && side.trailers && (
      <>
        <h4>Trailers</h4>
        <Fields label={`${title} trailers`} fields={side.trailers} none="None." />
      </>
    )}
    <Body side={side} title={title} />
  </section>
);

interface FieldsProps {
  readonly label: string;
  readonly fields: FlowSide['headers'];
  readonly none: string;
}

const Fields = ({ label, fields, none }: FieldsProps) =>
  fields.length === 0 ? (
    <p class="empty">{none}</p>
  ) : (
    <table aria-label={label}>
      <tbody>
        {fields.map(({ name, value }, at) => (
          // Fields have no other identity, and their order does not change.
          <tr key={at}>
            <th scope="row">{visible(name)}</th>
            <td>
              <Value text={value} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );

const mark = /(redacted:[0-9a-f]{8})/;

/** A value with its redactions set apart. */
const Value = ({ text }: { readonly text: string }) => (
  <>
    {visible(text)
      .split(mark)
      .map((part, at) => (at % 2 === 1 ? <span class="redacted">{part}</span> : part))}
  </>
);

function Body({ side: { body, bodyBytes, type }, title }: Pick<SideProps, 'side' | 'title'>) {
  const [isRaw, setRaw] = useState(false);
  const text = body?.text;
  const pieces = useMemo(() => (text === undefined ? undefined : jsonPieces(text)), [text]);
  const fields = text !== undefined && !pieces && isForm(type) ? formFields(text) : undefined;
  if (text === undefined)
    return bodyBytes === 0 ? null : (
      <p class="empty">
        {body
          ? 'The body is not of a kind in which secrets can be found, so only its size is shown.'
          : 'The body was not recorded: inspection.flows.bodies in the spec names the targets whose bodies are, and until when.'}
      </p>
    );
  const canBePretty = pieces !== undefined || fields !== undefined;
  return (
    <>
      <h4>
        Body
        {body?.truncated && <span class="measure">the beginning, of {count(bodyBytes)} bytes as sent</span>}
        {canBePretty && (
          <button type="button" aria-pressed={isRaw} onClick={() => setRaw(!isRaw)}>
            Raw
          </button>
        )}
      </h4>
      {fields && !isRaw ? (
        <Fields label={`${title} form`} fields={fields} none="Empty." />
      ) : (
        <pre>
          {pieces && !isRaw
            ? pieces.map(({ kind, text: piece }) =>
                kind === 'plain' ? visibleLines(piece) : <span class={kind}>{visible(piece)}</span>,
              )
            : visibleLines(text)}
        </pre>
      )}
    </>
  );
}
