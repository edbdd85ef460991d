import type { FlowRecord } from '../../ir/index.ts';
import { duration } from '../view/figures.ts';
import { timingParts } from '../view/timing.ts';

const names = { dial: 'dial', wait: 'to the first byte', receive: 'to the end' } as const;

/** A bar from the start to the end, and its parts in figures. */
export function Timing({ timings }: Pick<FlowRecord, 'timings'>) {
  const parts = timingParts(timings);
  const percent = (ms: number): string => `${timings.endMs === 0 ? 0 : (ms / timings.endMs) * 100}%`;
  return (
    <section class="timing" aria-label="Timings">
      <div class="bar" aria-hidden="true">
        {parts.map(({ name, fromMs, toMs }) => (
          <span key={name} class={name} style={{ left: percent(fromMs), width: percent(toMs - fromMs) }} />
        ))}
      </div>
      <p>
        {parts.map(({ name, fromMs, toMs }) => (
          <span key={name} class={`part ${name}`}>
            {names[name]} <b>{duration(toMs - fromMs)}</b>
          </span>
        ))}
        <span class="part">
          in all <b>{duration(timings.endMs)}</b>
        </span>
      </p>
    </section>
  );
}
