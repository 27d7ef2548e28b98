/**
 * Every command of the console by what it is called or does, and what can be done to what is
 * selected: a combobox with its list, in a dialog.
 */

import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import type { Choices } from '../../lab/choices.ts';
import { COMMANDS } from '../../lab/console/registry.ts';
import type { EnsembleState } from '../../lab/model.ts';
import { useChoices, useEnsemble, useHandles } from '../LabContext.ts';
import { type Entry, entriesFor } from './entries.ts';
import './palette.css';

const stateOf = (state: EnsembleState) => state;
const selectionOf = (choices: Choices) => choices.selection;

export interface PaletteProps {
  readonly onClose: () => void;
  /** A command to be completed in the console. */
  readonly onDraft: (line: string) => void;
}

export function Palette({ onClose, onDraft }: PaletteProps) {
  const { transcript } = useHandles();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const choose = ({ line, isWhole }: Entry) => {
    // Closed before the console is given the focus, which a closing dialog gives back.
    dialog.current?.close();
    if (isWhole) void transcript.run(line);
    else onDraft(line);
  };
  return (
    <dialog ref={dialog} className="palette" aria-label="Commands" onClose={onClose}>
      <Chooser onChoose={choose} />
    </dialog>
  );
}

function Chooser({ onChoose }: { onChoose: (entry: Entry) => void }) {
  const state = useEnsemble(stateOf);
  const selection = useChoices(selectionOf);
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(0);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const entries = entriesFor(typed, state, selection, COMMANDS.values());
  const current = entries[active];
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && current !== undefined) return onChoose(current);
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    setActive(Math.max(0, Math.min(entries.length - 1, active + step)));
  };

  return (
    <>
      <input
        className="field"
        role="combobox"
        aria-label="Command"
        aria-expanded="true"
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={current === undefined ? undefined : `${id}-${active}`}
        value={typed}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        placeholder="What should happen? For example: cut, lock, kill 3"
        onChange={(event) => {
          setTyped(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={id} role="listbox" aria-label="Commands" ref={list}>
        {entries.map((entry, index) => (
          <button
            key={`${entry.text} ${entry.line}`}
            id={`${id}-${index}`}
            type="button"
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            onClick={() => onChoose(entry)}
          >
            <span className="palette-text">{entry.text}</span>
            <span className="muted">{entry.detail}</span>
          </button>
        ))}
      </div>
      {current === undefined && <p className="muted">No command says that.</p>}
      <p className="visually-hidden" role="status">
        {entries.length === 1 ? '1 command' : `${entries.length} commands`}
      </p>
    </>
  );
}
