/** The first minute's caption, and what to try after it. */

import { useStore } from 'zustand';
import {
  DOORS,
  type FirstMinute,
  type FirstMinuteState,
  STEP_COUNT,
  stepNumber,
  stepOf,
} from '../../lab/FirstMinute.ts';
import { useEnsemble, useHandles } from '../LabContext.ts';
import './guide.css';

const stateOf = (state: FirstMinuteState) => state;

export function Guide({ firstMinute }: { firstMinute: FirstMinute }) {
  const { step, leaderBefore } = useStore(firstMinute.store, stateOf);
  const caption = useEnsemble((state) => stepOf(step).caption(state, leaderBefore));
  const isOver = step === 'doors';
  return (
    <div className="guide">
      {!isOver && <Progress step={stepNumber(step)} />}
      <p className="guide-caption" role="status">
        {caption}
      </p>
      {isOver ? <Doors /> : null}
      <button
        type="button"
        className="button button-quiet guide-skip"
        onClick={() => (isOver ? firstMinute.replay() : firstMinute.skip())}
      >
        {isOver ? 'Show the first minute again' : 'Skip'}
      </button>
    </div>
  );
}

function Progress({ step }: { step: number }) {
  return (
    <div className="guide-progress" role="img" aria-label={`Step ${step} of ${STEP_COUNT}`}>
      {Array.from({ length: STEP_COUNT }, (_, index) => (
        <span key={`step ${index + 1}`} data-done={index < step} />
      ))}
    </div>
  );
}

function Doors() {
  const { transcript } = useHandles();
  const runAll = async (lines: readonly string[]) => {
    for (const line of lines) await transcript.run(line);
  };
  return (
    <ul className="guide-doors">
      {DOORS.map(({ title, text, lines }) => (
        <li key={title}>
          <button type="button" onClick={() => void runAll(lines)} title={lines.join('\n')}>
            <strong>{title}</strong>
            <span>{text}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
