/**
 * Keys of the page, as a table: what `?` prints is what works. Single letters can be turned off
 * (WCAG 2.1.4).
 */

import { showTab } from '../lab/choices.ts';
import { isBackground } from '../lab/playback.ts';
import type { LabHandles } from '../views/LabContext.ts';
import { focusNode } from '../views/ring/focusNode.ts';
import { cutSides, takeAim } from '../views/ring/takeAim.ts';

export interface Hotkey {
  readonly keys: string;
  readonly does: string;
  /** The console line it runs, given the selected server or client. */
  readonly line: (handles: LabHandles) => string | null;
}

const selectedId = ({ choices }: LabHandles): string | null => {
  const { selection } = choices.getState();
  return selection?.type === 'server' || selection?.type === 'client' ? selection.id : null;
};

const onSelected =
  (verb: string) =>
  (handles: LabHandles): string | null => {
    const id = selectedId(handles);
    return id === null ? null : `${verb} ${id}`;
  };

const scaled = (handles: LabHandles, factor: number): string =>
  `speed ${handles.lab.playback.getState().speed * factor}`;

export const HOTKEYS: readonly Hotkey[] = [
  {
    keys: ' ',
    does: 'Play or pause',
    line: ({ lab }) => (lab.playback.getState().isPlaying ? 'pause' : 'play'),
  },
  { keys: '.', does: 'One event', line: () => 'step' },
  { keys: ',', does: 'Back to the last milestone', line: () => 'back' },
  { keys: 'n', does: 'To the newest moment, after going back', line: () => 'now' },
  { keys: '[', does: 'Slower', line: (handles) => scaled(handles, 0.5) },
  { keys: ']', does: 'Faster', line: (handles) => scaled(handles, 2) },
  { keys: 'k', does: 'Kill the selected server or client', line: onSelected('kill') },
  { keys: 'r', does: 'Restart the selected server', line: onSelected('restart') },
  { keys: 'p', does: 'Pause the selected server or client', line: onSelected('pause') },
  { keys: 'h', does: 'Heal every link', line: () => 'heal' },
];

export const OTHER_KEYS: readonly { readonly keys: string; readonly does: string }[] = [
  { keys: '1 – 9', does: 'Select server n' },
  {
    keys: 'x',
    does: 'Split the network: 1 – 9, or arrows and Space, choose one side; Enter cuts',
  },
  { keys: 'm', does: 'Select the next message on its way' },
  { keys: 'Ctrl+K', does: 'Every command, and what can be done to what is selected' },
  { keys: 'g', does: 'Space-time diagram' },
  { keys: '`', does: 'Console' },
  { keys: '?', does: 'This list' },
  { keys: 'Esc', does: 'Back out one level' },
  { keys: '← → ↑ ↓', does: 'Walk between servers and clients, when one has the focus' },
  { keys: '← →', does: 'On the timeline: 100 ms; with Shift, a second' },
  { keys: 'Page', does: 'On the timeline: from milestone to milestone' },
];

export interface HotkeyActions {
  readonly focusConsole: () => void;
  readonly showKeys: () => void;
  readonly showPalette: () => void;
}

/**
 * Listens until the returned function is called. Ctrl+K works everywhere; the others never fire in
 * inputs, in dialogs or with modifiers.
 */
export function listenForHotkeys(handles: LabHandles, actions: HotkeyActions): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isPaletteKey(event)) {
      event.preventDefault();
      return actions.showPalette();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isElsewhere(event.target)) return;
    if (event.key === 'Escape') return backOut(handles);
    if (!handles.choices.getState().letterKeys) return;
    if (runKey(handles, actions, event)) event.preventDefault();
  };
  addEventListener('keydown', onKeyDown);
  return () => removeEventListener('keydown', onKeyDown);
}

/** The way to another moment first, then what is being chosen, then what is selected. */
function backOut({ lab, choices, transcript }: LabHandles): void {
  if (lab.time.store.getState().journey !== null) return void transcript.run('pause');
  const { aim } = choices.getState();
  choices.setState(aim === null ? { selection: null } : { aim: null });
}

function runKey(handles: LabHandles, actions: HotkeyActions, event: KeyboardEvent): boolean {
  if (event.key === '`') {
    actions.focusConsole();
    return true;
  }
  if (event.key === '?') {
    actions.showKeys();
    return true;
  }
  if (event.key === 'm') return selectNextMessage(handles);
  if (event.key === 'g') {
    showTab(handles.choices, 'spacetime');
    return true;
  }
  if (event.key === 'x') {
    handles.choices.setState({ aim: { type: 'split', others: [] } });
    return true;
  }
  const id = `S${event.key}`;
  if (handles.lab.ensemble.getState().servers[id] !== undefined) {
    if (!takeAim(handles, id)) handles.choices.setState({ selection: { type: 'server', id } });
    focusNode(id);
    return true;
  }
  // These keys press a focused button; the page's own meaning must wait.
  const isPress = event.key === ' ' || event.key === 'Enter';
  if (isPress && event.target instanceof HTMLButtonElement) return false;
  if (event.key === 'Enter') return cutSides(handles);
  const line = HOTKEYS.find(({ keys }) => keys === event.key)?.line(handles) ?? null;
  if (line === null) return false;
  void handles.transcript.run(line);
  return true;
}

/** In the order in which they were sent; false while there is none. */
function selectNextMessage({ lab, choices }: LabHandles): boolean {
  const { selection, showPings } = choices.getState();
  const keys = [...lab.recorder.messages.values()]
    .filter(({ kind, diesUs }) => diesUs === null && (showPings || !isBackground(kind)))
    .map(({ key }) => key);
  const at = selection?.type === 'message' ? keys.indexOf(selection.key) : -1;
  const next = keys[(at + 1) % keys.length];
  if (next === undefined) return false;
  choices.setState({ selection: { type: 'message', key: next } });
  return true;
}

const isPaletteKey = ({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): boolean =>
  key === 'k' && (ctrlKey || metaKey) && !altKey && !shiftKey;

const isElsewhere = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, textarea, select, dialog') !== null;
