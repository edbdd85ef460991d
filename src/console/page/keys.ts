import { useLayoutEffect } from 'preact/hooks';

/** What a key or a button does. */
export interface Actions {
  /** Selects the row so many places further. */
  move(by: number): void;
  /** The same by heights of the list. */
  page(by: number): void;
  first(): void;
  last(): void;
  open(): void;
  back(): void;
  find(): void;
  help(): void;
  copy(): Promise<void>;
  exportHar(): Promise<void>;
  follow(): void;
  theme(): void;
}

interface Key {
  /** As `KeyboardEvent.key` has them. */
  readonly keys: readonly string[];
  /** For the page of keys. */
  readonly shown: string;
  readonly does: string;
  readonly act: (actions: Actions) => void;
}

/** Every key of the page, in the order of its help. */
export const keys: readonly Key[] = [
  { keys: ['j', 'ArrowDown'], shown: 'j ↓', does: 'next request', act: (to) => to.move(1) },
  { keys: ['k', 'ArrowUp'], shown: 'k ↑', does: 'previous request', act: (to) => to.move(-1) },
  { keys: ['PageDown'], shown: 'PgDn', does: 'one screen down', act: (to) => to.page(1) },
  { keys: ['PageUp'], shown: 'PgUp', does: 'one screen up', act: (to) => to.page(-1) },
  { keys: ['g', 'Home'], shown: 'g Home', does: 'first request', act: (to) => to.first() },
  { keys: ['G', 'End'], shown: 'G End', does: 'last request, and follow', act: (to) => to.last() },
  { keys: ['Enter'], shown: 'Enter', does: 'open the request', act: (to) => to.open() },
  { keys: ['Escape'], shown: 'Esc', does: 'close the request, then clear the filter', act: (to) => to.back() },
  { keys: ['/'], shown: '/', does: 'filter', act: (to) => to.find() },
  { keys: ['f'], shown: 'f', does: 'follow new requests, or stop', act: (to) => to.follow() },
  { keys: ['c'], shown: 'c', does: 'copy the open request as curl', act: (to) => void to.copy() },
  { keys: ['e'], shown: 'e', does: 'export HAR of what the filter shows', act: (to) => void to.exportHar() },
  { keys: ['t'], shown: 't', does: 'light, dark, or as the system', act: (to) => to.theme() },
  { keys: ['?'], shown: '?', does: 'this help', act: (to) => to.help() },
];

/** Keys that a focused element uses by itself. */
function takenBy(target: EventTarget | null, key: string): boolean {
  if (target instanceof HTMLInputElement)
    return key !== 'Escape' && key !== 'ArrowDown' && key !== 'ArrowUp' && key !== 'Enter';
  if (target instanceof HTMLSelectElement) return key !== 'Escape' && key !== '/' && key !== '?';
  if (target instanceof HTMLButtonElement) return key === 'Enter';
  return target instanceof HTMLElement && target.closest('.detail') !== null && /^(?:Arrow|Page|Home|End)/.test(key);
}

/** Listens for as long as nothing else has the keyboard. */
export function useKeys(actions: Actions, isOff: boolean): void {
  // At once, not after the next frame: the key that follows must find what this one has done.
  useLayoutEffect(() => {
    if (isOff) return;
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      const key = keys.find((one) => one.keys.includes(event.key));
      if (!key || takenBy(event.target, event.key)) return;
      event.preventDefault();
      key.act(actions);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  });
}
