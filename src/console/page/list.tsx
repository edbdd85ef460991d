import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { duration, size } from '../view/figures.ts';
import type { FlowRow } from '../view/flow-row.ts';
import { visible } from '../view/visible.ts';
import type { Flows } from './flows.ts';
import { timeOfDay } from './time-of-day.ts';

interface ListProps {
  readonly flows: Flows;
  readonly selected: number | undefined;
  readonly follows: boolean;
  readonly grid: RefObject<HTMLDivElement | null>;
  readonly onFollows: (follows: boolean) => void;
  readonly onOpen: (n: number) => void;
}

/** Rows above and below the part that is seen, so that scrolling shows no gap. */
const beyond = 10;
const narrowScreen = matchMedia('(max-width: 720px)');
/** As page.css has them, in pixels. */
const rowHeight = (): number => (narrowScreen.matches ? 44 : 24);
const headHeight = (): number => (narrowScreen.matches ? 0 : 24);

/** A window over the rows: as many are in the document as are seen, however many there are. */
export function List({ flows: { list, gone }, selected, follows, grid, onFollows, onOpen }: ListProps) {
  const [top, setTop] = useState(0);
  const [view, setView] = useState({ height: 0, row: rowHeight() });
  const goneBefore = useRef(gone);
  const { shown } = list;
  const place = list.placeOf(selected);

  useEffect(() => {
    const measure = (): void => setView({ height: grid.current?.clientHeight ?? 0, row: rowHeight() });
    const observer = new ResizeObserver(measure);
    if (grid.current) observer.observe(grid.current);
    narrowScreen.addEventListener('change', measure);
    return () => {
      observer.disconnect();
      narrowScreen.removeEventListener('change', measure);
    };
  }, [grid]);

  // The rows that are looked at stay where they are when others go out at the beginning.
  useLayoutEffect(() => {
    const element = grid.current;
    if (!element) return;
    if (follows) element.scrollTop = element.scrollHeight;
    else if (gone > goneBefore.current) element.scrollTop -= (gone - goneBefore.current) * view.row;
    goneBefore.current = gone;
  });

  // Only a new choice, or a new size of the list, brings its row into view.
  useLayoutEffect(() => {
    const element = grid.current;
    if (!element || place < 0 || follows) return;
    const [from, to] = [place * view.row, (place + 1) * view.row];
    const inside = element.clientHeight - headHeight();
    if (from < element.scrollTop) element.scrollTop = from;
    else if (to > element.scrollTop + inside) element.scrollTop = to - inside;
  }, [selected, view]);

  const first = Math.max(0, Math.min(Math.floor(top / view.row), shown.length) - beyond);
  const rows = shown.slice(first, first + Math.ceil(view.height / view.row) + 2 * beyond);
  return (
    <div
      ref={grid}
      class="list"
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        setTop(scrollTop);
        const isAtEnd = scrollHeight - scrollTop - clientHeight < view.row / 2;
        if (isAtEnd !== follows && selected === undefined) onFollows(isAtEnd);
        else if (follows && !isAtEnd) onFollows(false);
      }}
    >
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: the rows are a table, and one can be chosen
        role="grid"
        tabIndex={0}
        aria-label="Requests"
        aria-rowcount={shown.length + 1}
        aria-activedescendant={rows.some(({ row }) => row.n === selected) ? `row-${selected}` : undefined}
        style={{ height: `${shown.length * view.row + headHeight()}px` }}
      >
        <thead>
          <tr class="row" aria-rowindex={1}>
            {['Time', 'Method', 'Status', 'Request', 'Target', 'Workspace', 'Size', 'Took'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody style={{ transform: `translateY(${first * view.row}px)` }}>
          {rows.map(({ row }, at) => (
            <Row key={row.n} row={row} index={first + at + 2} isSelected={row.n === selected} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
      {shown.length === 0 && (
        <p class="empty">
          {list.size === 0 ? 'No requests yet.' : 'The filter shows none of the requests. Esc clears it.'}
        </p>
      )}
    </div>
  );
}

interface RowProps {
  readonly row: FlowRow;
  readonly index: number;
  readonly isSelected: boolean;
  readonly onOpen: (n: number) => void;
}

const Row = ({ row, index, isSelected, onOpen }: RowProps) => (
  // The grid has the focus, and Enter opens its selected row.
  <tr id={`row-${row.n}`} class="row" aria-rowindex={index} aria-selected={isSelected} onClick={() => onOpen(row.n)}>
    <td class="time">{timeOfDay(row.start)}</td>
    <td class="method">{visible(row.method)}</td>
    <td class={`status ${statusClass(row)}`}>{row.status ?? '–'}</td>
    <td class="request" title={visible(`${row.host}${row.path}`)}>
      <span class="address">
        <span class="host">{visible(row.host)}</span>
        <span class="path">{visible(row.path)}</span>
        {row.query !== undefined && <span class="query">?{visible(row.query)}</span>}
      </span>
      {row.code !== undefined ? (
        <span class="mark refused">{visible(row.code)}</span>
      ) : (
        row.end !== 'done' && <span class="mark">{row.end}</span>
      )}
    </td>
    <td class="target" title={row.target && visible(row.target)}>
      {visible(row.target ?? '–')}
    </td>
    <td class="workspace" title={visible(row.workspaces.join(', '))}>
      {visible(row.workspaces.join(', '))}
    </td>
    <td class="figure">{size(row.bytes)}</td>
    <td class="figure">{duration(row.endMs)}</td>
  </tr>
);

/** Colour says no more than the number and the code do. */
export function statusClass({ status, code }: Pick<FlowRow, 'status' | 'code'>): string {
  if (code !== undefined) return 'refused';
  return status === undefined ? 'none' : `s${Math.floor(status / 100)}`;
}
