import type { FlowRecord } from '../../ir/index.ts';

/** A part of an exchange. `dial`: until there was a connection; `wait`: until the first byte; `receive`: until the end. */
export interface TimingPart {
  readonly name: 'dial' | 'wait' | 'receive';
  readonly fromMs: number;
  readonly toMs: number;
}

/** The parts in their order, without those that took place nowhere. The last ends with the exchange. */
export function timingParts({ dialMs, firstByteMs, endMs }: FlowRecord['timings']): readonly TimingPart[] {
  const dialled = Math.min(dialMs ?? 0, endMs);
  const answered = Math.min(Math.max(firstByteMs ?? endMs, dialled), endMs);
  const parts: TimingPart[] = [
    { name: 'dial', fromMs: 0, toMs: dialled },
    { name: 'wait', fromMs: dialled, toMs: answered },
    { name: 'receive', fromMs: answered, toMs: endMs },
  ];
  return parts.filter(({ name, fromMs, toMs }) => toMs > fromMs || (name === 'dial' && dialMs !== undefined));
}
