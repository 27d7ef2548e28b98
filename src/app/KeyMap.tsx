/** The list of keys, printed from the table that makes them work. */

import type { RefObject } from 'react';
import type { Choices } from '../lab/choices.ts';
import { useChoices, useHandles } from '../views/LabContext.ts';
import { HOTKEYS, OTHER_KEYS } from './hotkeys.ts';

const letterKeysOf = (choices: Choices) => choices.letterKeys;

const nameOf = (keys: string): string =>
  keys === ' ' ? 'Space' : keys.length === 1 ? keys.toUpperCase() : keys;

export function KeyMap({ dialog }: { dialog: RefObject<HTMLDialogElement | null> }) {
  const { choices } = useHandles();
  const letterKeys = useChoices(letterKeysOf);
  return (
    <dialog ref={dialog} className="key-map" aria-labelledby="key-map-title">
      <h2 id="key-map-title">Keys</h2>
      <dl>
        {[...HOTKEYS, ...OTHER_KEYS].map(({ keys, does }) => (
          <div key={keys}>
            <dt>
              <kbd>{nameOf(keys)}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label className="key-map-switch">
        <input
          type="checkbox"
          checked={letterKeys}
          onChange={(event) => choices.setState({ letterKeys: event.target.checked })}
        />
        Keys without Ctrl or Alt work
      </label>
      <form method="dialog">
        <button type="submit" className="button">
          Close
        </button>
      </form>
    </dialog>
  );
}
