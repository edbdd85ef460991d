import { count } from '../view/figures.ts';
import type { FeedState } from '../view/messages.ts';
import { visible } from '../view/visible.ts';
import type { Flows } from './flows.ts';

const words: Readonly<Record<FeedState['is'], string>> = {
  waiting: 'connecting',
  connected: 'connected',
  lost: 'not connected',
  ended: 'read to the end',
};

/** Where the records come from, whether they do, and what was said last. */
export function StatusBar({
  flows: { source, state, trouble },
  said,
}: {
  readonly flows: Flows;
  readonly said: string;
}) {
  const is = trouble ? 'lost' : state.is;
  const why = trouble?.why ?? state.why;
  return (
    <footer class="status">
      <span class={`state ${is}`}>
        {words[is]}
        {why !== undefined && `: ${visible(why)}`}
      </span>
      <span class="source">{visible(source)}</span>
      {state.dropped > 0 && <span class="warning">{count(state.dropped)} requests missed</span>}
      <span class="said" role="status">
        {said}
      </span>
    </footer>
  );
}
