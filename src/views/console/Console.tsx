/**
 * The console: what was typed or clicked and what came back, and a prompt with completion and
 * history.
 */

import { type KeyboardEvent, memo, type Ref, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Choices } from '../../lab/choices.ts';
import { complete } from '../../lab/console/complete.ts';
import { History } from '../../lab/console/History.ts';
import type { TranscriptEntry } from '../../lab/console/Transcript.ts';
import type { PlaybackState } from '../../lab/Lab.ts';
import { useChoices, useHandles, usePlayback } from '../LabContext.ts';
import { SCROLLABLE } from '../scrollable.ts';
import './console.css';

const clientOf = (state: PlaybackState) => state.client;
const draftOf = (choices: Choices) => choices.draft;
const entriesOf = (entries: readonly TranscriptEntry[]) => entries;

export function Console({ inputRef }: { inputRef: Ref<HTMLInputElement> }) {
  const { transcript } = useHandles();
  const entries = useStore(transcript.store, entriesOf);
  const log = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (log.current !== null) log.current.scrollTop = log.current.scrollHeight;
  });
  return (
    <div className="console">
      <div className="console-log" role="log" aria-label="Console output" ref={log} {...SCROLLABLE}>
        {entries.length === 0 && (
          <p className="muted">
            Type a command, for example <code>create /hello world</code>, <code>ls /</code>,{' '}
            <code>kill leader</code> or <code>help</code>. Every button of the page is a line here.
          </p>
        )}
        {entries.map((entry) => (
          <Entry key={entry.index} entry={entry} />
        ))}
      </div>
      <Prompt inputRef={inputRef} />
    </div>
  );
}

const Entry = memo(function Entry({ entry }: { entry: TranscriptEntry }) {
  const { prompt, line, result } = entry;
  return (
    <div className="console-entry">
      {line !== '' && (
        <div>
          <span className="console-prompt">{prompt}&gt;</span> {line}
        </div>
      )}
      {result === null && <div className="muted">…</div>}
      {result !== null && result.text !== '' && (
        <pre className={result.ok ? '' : 'console-mistake'}>{result.text}</pre>
      )}
    </div>
  );
});

function Prompt({ inputRef }: { inputRef: Ref<HTMLInputElement> }) {
  const { lab, choices, transcript } = useHandles();
  const client = usePlayback(clientOf);
  const line = useChoices(draftOf);
  const setLine = (draft: string) => choices.setState({ draft });
  const [candidates, setCandidates] = useState<readonly string[]>([]);
  const history = useRef(new History());

  const submit = () => {
    const text = line.trim();
    if (text === '') return;
    history.current.add(text);
    setLine('');
    setCandidates([]);
    void transcript.run(text);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    switch (event.key) {
      case 'Enter':
        return submit();
      case 'ArrowUp':
        event.preventDefault();
        return setLine(history.current.previous(line));
      case 'ArrowDown':
        event.preventDefault();
        return setLine(history.current.next(line));
      case 'Tab': {
        if (line === '' || event.shiftKey) return;
        event.preventDefault();
        const completion = complete(lab, line);
        setLine(completion.line);
        return setCandidates(completion.candidates);
      }
      case 'Escape':
        setCandidates([]);
        return event.currentTarget.blur();
    }
  };

  return (
    <div className="console-line">
      {candidates.length > 1 && (
        <div className="console-candidates" role="status">
          {candidates.slice(0, 40).join('  ')}
        </div>
      )}
      <label>
        <span className="console-prompt">{client}&gt;</span>
        <input
          ref={inputRef}
          aria-label={`Console, client ${client}`}
          value={line}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          placeholder="create -s -e /locks/a/lock-"
          onChange={(event) => setLine(event.target.value)}
          onKeyDown={onKeyDown}
        />
      </label>
    </div>
  );
}
