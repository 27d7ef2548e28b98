/**
 * What happened, one sentence a line, the newest at the bottom. It follows the newest unless one
 * scrolls up.
 */

import { memo, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { formatClock } from '../../lab/format.ts';
import type { EnsembleState, NarrationLine } from '../../lab/model.ts';
import { CONDUCTOR } from '../../network/address.ts';
import { participant } from '../inspector/ObjectButton.tsx';
import { useEnsemble, useHandles } from '../LabContext.ts';
import { SCROLLABLE } from '../scrollable.ts';
import { FILTERS, type FilterId, filterLines, TONE_GLYPH } from './filters.ts';
import './events.css';

const narrationOf = (state: EnsembleState) => state.narration;

/** This near to the end counts as at the end. */
const END_PX = 24;

export function Events() {
  const narration = useEnsemble(narrationOf);
  const [filter, setFilter] = useState<FilterId>('all');
  const lines = useMemo(() => filterLines(narration, filter), [narration, filter]);
  const list = useRef<HTMLDivElement>(null);
  const [isFollowing, setFollowing] = useState(true);
  useLayoutEffect(() => {
    if (isFollowing && list.current !== null && lines.length > 0) {
      list.current.scrollTop = list.current.scrollHeight;
    }
  }, [lines, isFollowing]);
  return (
    <div className="events">
      <div className="events-bar">
        <label>
          <span className="visually-hidden">Show</span>
          <select
            className="field"
            value={filter}
            onChange={(event) => setFilter(filterFrom(event.target.value))}
          >
            {FILTERS.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </label>
        {!isFollowing && (
          <button type="button" className="button" onClick={() => setFollowing(true)}>
            Follow the newest
          </button>
        )}
      </div>
      {lines.length === 0 && <p className="events-empty">{emptyText(narration.length)}</p>}
      <div
        className="events-scroll"
        ref={list}
        role="log"
        aria-live="off"
        aria-label="Events"
        {...SCROLLABLE}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
          setFollowing(scrollHeight - scrollTop - clientHeight < END_PX)
        }
      >
        <ol className="events-list">
          {lines.map((line) => (
            <EventLine key={line.index} line={line} />
          ))}
        </ol>
      </div>
    </div>
  );
}

const filterFrom = (value: string): FilterId => FILTERS.find(({ id }) => id === value)?.id ?? 'all';

const emptyText = (count: number): string =>
  count === 0 ? 'Nothing has happened yet.' : 'Nothing of this kind has happened yet.';

const EventLine = memo(function EventLine({ line }: { line: NarrationLine }) {
  const { choices } = useHandles();
  const { tone, milestone, atUs, who, text } = line;
  return (
    <li className={`event event-${tone} ${milestone ? 'event-milestone' : ''}`}>
      <time className="event-time">{formatClock(atUs)}</time>
      <span className="event-glyph" aria-hidden="true">
        {TONE_GLYPH[tone]}
      </span>
      {who === CONDUCTOR ? (
        <span>{text}</span>
      ) : (
        <button
          type="button"
          className="event-text"
          // Mouse only: with hundreds of lines the Tab key would never get past them.
          tabIndex={-1}
          title={`Inspect ${who}`}
          onClick={() => choices.setState({ selection: participant(who) })}
        >
          {text}
        </button>
      )}
    </li>
  );
});
