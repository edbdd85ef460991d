import { useEffect, useRef } from 'preact/hooks';
import { keys } from './keys.ts';

export function Help({ close }: { readonly close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="help-title" onClose={close}>
      <h2 id="help-title">Keys and filters</h2>
      <dl class="keys">
        {keys.map(({ shown, does }) => (
          <div key={shown}>
            <dt>
              {shown.split(' ').map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p>
        The filter looks for each of its words in <code>METHOD host/path?query</code>. A word that begins with{' '}
        <code>!</code> must not be there: <code>POST /orders !health</code>
      </p>
      <p>Values that may be secrets were replaced in the router. Equal secrets have equal marks.</p>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}
