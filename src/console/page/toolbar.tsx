import type { RefObject } from 'preact';
import { count } from '../view/figures.ts';
import type { FlowFilter } from '../view/flow-filter.ts';
import type { FlowChoices } from '../view/flow-list.ts';
import { visible } from '../view/visible.ts';
import type { Actions } from './keys.ts';
import type { Theme } from './theme.ts';

interface ToolbarProps {
  readonly filter: FlowFilter;
  readonly choices: FlowChoices;
  readonly shown: number;
  readonly all: number;
  readonly follows: boolean;
  readonly theme: Theme;
  readonly field: RefObject<HTMLInputElement | null>;
  readonly narrow: (filter: FlowFilter) => void;
  readonly actions: Actions;
}

export function Toolbar({ filter, choices, shown, all, follows, theme, field, narrow, actions }: ToolbarProps) {
  const put = (change: Partial<FlowFilter>): void => narrow({ ...filter, ...change });
  return (
    <header class="toolbar">
      <h1>Flows</h1>
      <search>
        <input
          ref={field}
          type="search"
          aria-label="Filter by method, host, path and query"
          aria-keyshortcuts="/"
          placeholder="Filter host and path   /"
          autocomplete="off"
          spellcheck={false}
          value={filter.text}
          onInput={(event) => put({ text: event.currentTarget.value })}
        />
        <Choice label="Target" all="All targets" value={filter.target} put={(target) => put({ target })}>
          {optionsOf(choices.targets, filter.target)}
        </Choice>
        <Choice label="Workspace" all="All workspaces" value={filter.workspace} put={(workspace) => put({ workspace })}>
          {optionsOf(choices.workspaces, filter.workspace)}
        </Choice>
        <Choice label="Status" all="Any status" value={filter.status} put={(status) => put({ status })}>
          {['2xx', '3xx', '4xx', '5xx'].map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
          <option value="refused">refused by the router</option>
          <option value="unanswered">not answered</option>
          <optgroup label="Status">
            {optionsOf(choices.statuses, /^\d+$/.test(filter.status) ? filter.status : '')}
          </optgroup>
          <optgroup label="Refusal">
            {optionsOf(choices.codes, filter.status.startsWith('LG_') ? filter.status : '')}
          </optgroup>
        </Choice>
      </search>
      <output class="count">{shown === all ? count(all) : `${count(shown)} of ${count(all)}`}</output>
      <div class="buttons">
        <button
          type="button"
          aria-pressed={follows}
          aria-keyshortcuts="f"
          title="Follow new requests (f)"
          onClick={actions.follow}
        >
          Follow
        </button>
        <button
          type="button"
          aria-keyshortcuts="e"
          title="Export HAR of what the filter shows (e)"
          onClick={actions.exportHar}
        >
          Export HAR
        </button>
        <button type="button" aria-keyshortcuts="t" title="Light, dark, or as the system (t)" onClick={actions.theme}>
          {{ auto: 'Auto', light: 'Light', dark: 'Dark' }[theme]}
        </button>
        <button
          type="button"
          aria-label="Keys and filters"
          aria-keyshortcuts="?"
          title="Keys and filters (?)"
          onClick={actions.help}
        >
          ?
        </button>
      </div>
    </header>
  );
}

/** What is chosen stays in the list when no row has it any more. */
const optionsOf = (names: readonly string[], chosen: string) =>
  (chosen === '' || names.includes(chosen) ? names : [...names, chosen]).map((name) => (
    <option key={name} value={name}>
      {visible(name)}
    </option>
  ));

interface ChoiceProps {
  readonly label: string;
  readonly all: string;
  readonly value: string;
  readonly put: (value: string) => void;
  readonly children: preact.ComponentChildren;
}

const Choice = ({ label, all, value, put, children }: ChoiceProps) => (
  <select
    aria-label={label}
    class={value === '' ? '' : 'chosen'}
    value={value}
    onChange={(event) => put(event.currentTarget.value)}
  >
    <option value="">{all}</option>
    {children}
  </select>
);
