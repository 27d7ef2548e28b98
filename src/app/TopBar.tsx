/** What this page is, whether the rules hold, and its settings. */

import type { Choices } from '../lab/choices.ts';
import type { EnsembleState } from '../lab/model.ts';
import { Invariants } from '../views/invariants/Invariants.tsx';
import { useChoices, useEnsemble, useHandles } from '../views/LabContext.ts';
import { quorumOf, roleOf } from '../views/ring/describe.ts';

const themeOf = (choices: Choices) => choices.theme;
const showPingsOf = (choices: Choices) => choices.showPings;

function summaryOf(state: EnsembleState): string {
  const leader = state.leader === null ? undefined : state.servers[state.leader];
  const quorum = quorumOf(state);
  if (leader === undefined) return quorum.text;
  return `${leader.id} is ${roleOf(leader)} epoch ${leader.currentEpoch} · ${quorum.text}`;
}

const NEXT_THEME = { system: 'light', light: 'dark', dark: 'system' } as const;
const THEME_GLYPH = { system: '◐', light: '○', dark: '●' } as const;

export interface TopBarProps {
  readonly onShowKeys: () => void;
  readonly onShowCommands: () => void;
}

export function TopBar({ onShowKeys, onShowCommands }: TopBarProps) {
  const { choices } = useHandles();
  const summary = useEnsemble(summaryOf);
  const theme = useChoices(themeOf);
  const showPings = useChoices(showPingsOf);
  return (
    <header className="top-bar">
      <h1>
        <Mark />
        Ensemble
      </h1>
      <p className="top-summary">{summary}</p>
      <Invariants />
      <button
        type="button"
        className="button button-quiet top-commands"
        onClick={onShowCommands}
        title="Every command (Ctrl+K)"
      >
        Commands
      </button>
      <button
        type="button"
        className="button button-quiet top-pings"
        aria-pressed={showPings}
        onClick={() => choices.setState({ showPings: !showPings })}
        title="Show heartbeats and the links' own packets"
      >
        Pings
      </button>
      <button
        type="button"
        className="button button-quiet"
        onClick={() => choices.setState({ theme: NEXT_THEME[theme] })}
        aria-label={`Theme: ${theme}`}
        title={`Theme: ${theme}`}
      >
        {THEME_GLYPH[theme]}
      </button>
      <button
        type="button"
        className="button button-quiet"
        onClick={onShowKeys}
        aria-label="Keys"
        title="Keys (?)"
      >
        ?
      </button>
    </header>
  );
}

function Mark() {
  return (
    <svg width="20" height="20" viewBox="-10 -10 20 20" aria-hidden="true">
      <circle r="7" fill="none" stroke="var(--leader)" strokeWidth="1.5" />
      {[0, 1, 2, 3, 4].map((index) => {
        const angle = (index / 5) * 2 * Math.PI - Math.PI / 2;
        return (
          <circle
            key={index}
            cx={7 * Math.cos(angle)}
            cy={7 * Math.sin(angle)}
            r={index === 0 ? 3 : 2.2}
            fill={index === 0 ? 'var(--leader)' : 'var(--ink)'}
          />
        );
      })}
    </svg>
  );
}
