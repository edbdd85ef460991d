import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { curlOf } from '../view/curl.ts';
import { everything, type FlowFilter } from '../view/flow-filter.ts';
import { choicesOf } from '../view/flow-list.ts';
import { Detail, useDetail } from './detail.tsx';
import { useFlows } from './flows.ts';
import { Help } from './help.tsx';
import { type Actions, useKeys } from './keys.ts';
import { List } from './list.tsx';
import { save } from './save.ts';
import type { Server } from './server.ts';
import { StatusBar } from './status-bar.tsx';
import { applyTheme, nextTheme, storedTheme } from './theme.ts';
import { Toolbar } from './toolbar.tsx';

/** Shown instead of everything where the page has no token, or a wrong one. */
export const Locked = () => (
  <main class="locked">
    <h1>This page has no valid token</h1>
    <p>
      Open the address that <code>lakegate flows --web</code> printed. It holds a token that is made at each start, and
      this page removes it from the address bar.
    </p>
  </main>
);

export function App({ server }: { readonly server: Server }) {
  const { flows, changed } = useFlows(server);
  const { list } = flows;
  const [selected, setSelected] = useState<number>();
  const [isOpen, setOpen] = useState(false);
  const [follows, setFollows] = useState(true);
  const [theme, setTheme] = useState(storedTheme);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [said, setSaid] = useState('');
  const filterField = useRef<HTMLInputElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const detail = useDetail(server, isOpen ? selected : undefined);
  const newest = list.all.at(-1)?.row.n;
  // The list is one object that changes; its newest row says when.
  const choices = useMemo(() => choicesOf(list.all), [list, newest]);

  const focusList = (): void => grid.current?.querySelector('table')?.focus();
  const narrow = (filter: FlowFilter): void => {
    list.narrow(filter);
    changed();
  };
  const select = (n: number | undefined): void => {
    setSelected(n);
    setFollows(false);
  };
  const goTo = (place: number): void => {
    const row = list.shown[Math.min(Math.max(place, 0), list.shown.length - 1)];
    if (row) select(row.row.n);
    focusList();
  };
  /** To the row so many places away; from none, to the first or the last that is shown. */
  const move = (by: number): void => {
    const at = list.placeOf(selected);
    goTo(at >= 0 ? at + by : by > 0 ? 0 : list.shown.length - 1);
  };
  const copy = async (): Promise<void> => {
    if (!detail.shown) return setSaid('open a request to copy it');
    await navigator.clipboard.writeText(curlOf(detail.shown.record));
    setSaid('copied as curl');
  };
  const exportHar = async (): Promise<void> => {
    try {
      save(await server.har(list.filter), `lakegate-flows-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.har`);
      setSaid('exported the requests that the filter shows');
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error));
    }
  };
  const actions: Actions = {
    move,
    page: (by) => move(by * Math.max(1, Math.floor((grid.current?.clientHeight ?? 0) / 24) - 2)),
    first: () => goTo(0),
    last: () => {
      goTo(list.shown.length);
      setFollows(true);
    },
    open: () => {
      if (list.placeOf(selected) >= 0) setOpen(true);
      else if (list.shown.length > 0) {
        move(-1);
        setOpen(true);
      }
    },
    back: () => {
      if (isOpen) setOpen(false);
      else if (list.filter !== everything) narrow(everything);
      focusList();
    },
    find: () => filterField.current?.select(),
    help: () => setHelpOpen(true),
    copy,
    exportHar,
    follow: () => setFollows(!follows),
    theme: () => {
      applyTheme(nextTheme(theme));
      setTheme(nextTheme(theme));
    },
  };
  useKeys(actions, isHelpOpen);
  useEffect(() => {
    if (said === '') return;
    const timer = setTimeout(() => setSaid(''), 4_000);
    return () => clearTimeout(timer);
  }, [said]);

  if (flows.trouble?.status === 401) return <Locked />;
  return (
    <div class={isOpen ? 'app open' : 'app'}>
      <Toolbar
        filter={list.filter}
        choices={choices}
        shown={list.shown.length}
        all={list.size}
        follows={follows}
        theme={theme}
        field={filterField}
        narrow={narrow}
        actions={actions}
      />
      <main>
        <List
          flows={flows}
          selected={selected}
          follows={follows}
          grid={grid}
          onFollows={setFollows}
          onOpen={(n) => {
            select(n);
            setOpen(true);
          }}
        />
        {isOpen && <Detail detail={detail} actions={actions} />}
      </main>
      <StatusBar flows={flows} said={said} />
      {isHelpOpen && <Help close={() => setHelpOpen(false)} />}
    </div>
  );
}
