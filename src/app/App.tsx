/** The page: the same views in three arrangements. */

import {
  type CSSProperties,
  type ReactNode,
  type Ref,
  type RefCallback,
  Suspense,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react';
import { useStore } from 'zustand';
import { type Choices, showTab } from '../lab/choices.ts';
import type { EnsembleState } from '../lab/model.ts';
import type { ScenePlayer, SceneState } from '../lab/scenes/ScenePlayer.ts';
import type { ParticipantId } from '../network/address.ts';
import { LiveRegion } from '../views/events/LiveRegion.tsx';
import { FileDrop } from '../views/files/FileDrop.tsx';
import { Guide } from '../views/guide/Guide.tsx';
import { type LabHandles, useChoices, useEnsemble, useHandles } from '../views/LabContext.ts';
import { Panel } from '../views/Panel.tsx';
import { EnsembleRing } from '../views/ring/EnsembleRing.tsx';
import { type Tab, Tabs } from '../views/Tabs.tsx';
import { listenForHotkeys } from './hotkeys.ts';
import { KeyMap } from './KeyMap.tsx';
import { type Arrangement, useArrangement } from './layout/useArrangement.ts';
import './layout/layout.css';
import {
  Clients,
  Console,
  Events,
  Faults,
  Inspector,
  Kafka,
  LogBars,
  Palette,
  Recipes,
  SpaceTimeDiagram,
  ZnodeTree,
} from './lazyViews.ts';
import { isReduced } from './Theme.ts';
import { TopBar } from './TopBar.tsx';
import { Transport } from './Transport.tsx';

const recentTabsOf = (choices: Choices) => choices.recentTabs;
const motionOf = (choices: Choices) => choices.motion;
const hintedOf = ({ hinted }: SceneState) => hinted;
const serverCountOf = (state: EnsembleState) => Object.keys(state.servers).length;

export function App({ player }: { player: ScenePlayer }) {
  const handles = useHandles();
  const arrangement = useArrangement();
  const { prompt, focusConsole } = usePrompt(handles);
  const keys = useRef<HTMLDialogElement>(null);
  const showKeys = useCallback(() => keys.current?.showModal(), []);
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const showPalette = useCallback(() => setPaletteOpen(true), []);
  useEffect(
    () => listenForHotkeys(handles, { focusConsole, showKeys, showPalette }),
    [handles, focusConsole, showKeys, showPalette],
  );
  const parts = useParts(player, prompt);
  return (
    <>
      <main className={`lab lab-${arrangement}`}>
        <div className="area-top">
          <TopBar onShowKeys={showKeys} onShowCommands={showPalette} />
        </div>
        <Arranged arrangement={arrangement} parts={parts} />
        <div className="area-time">
          <Transport />
        </div>
      </main>
      <KeyMap dialog={keys} />
      {isPaletteOpen && (
        <Suspense>
          <Palette
            onClose={() => setPaletteOpen(false)}
            onDraft={(draft) => {
              handles.choices.setState({ draft });
              focusConsole();
            }}
          />
        </Suspense>
      )}
      <FileDrop />
      <LiveRegion />
    </>
  );
}

/** What stands in the logs' cells. */
const LOG_SIGNS = '+ create · = set · × delete · ¶ several · $ session · ! refused';

interface PromptHandles {
  readonly prompt: RefCallback<HTMLInputElement>;
  /** Also when the console is still to be loaded. */
  readonly focusConsole: () => void;
}

function usePrompt({ choices }: LabHandles): PromptHandles {
  const input = useRef<HTMLInputElement>(null);
  const isAwaited = useRef(false);
  const prompt = useCallback((element: HTMLInputElement | null) => {
    input.current = element;
    if (element === null || !isAwaited.current) return;
    isAwaited.current = false;
    element.focus();
  }, []);
  const focusConsole = useCallback(() => {
    showTab(choices, 'console');
    isAwaited.current = input.current === null;
    input.current?.focus();
  }, [choices]);
  return { prompt, focusConsole };
}

interface Parts {
  readonly ring: ReactNode;
  readonly guide: Tab;
  readonly faults: Tab;
  readonly logs: Tab;
  readonly console: Tab;
  readonly events: Tab;
  readonly spaceTime: Tab;
  readonly tree: Tab;
  readonly recipes: Tab;
  readonly clients: Tab;
  readonly inspector: Tab;
  readonly kafka: Tab;
}

function useParts(player: ScenePlayer, prompt: Ref<HTMLInputElement>): Parts {
  const { choices } = useHandles();
  const stopGuide = () => {
    player.stop();
    choices.setState({ firstMinuteDone: true });
  };
  const tab = (id: string, title: string, render: () => ReactNode): Tab => ({
    id,
    title,
    render: () => <Suspense>{render()}</Suspense>,
  });
  return {
    ring: <Ring player={player} />,
    guide: tab('guide', 'Guide', () => <Guide player={player} onStop={stopGuide} />),
    faults: tab('faults', 'Faults', () => <Faults />),
    logs: { ...tab('logs', 'Logs', () => <LogBars />), note: LOG_SIGNS },
    console: tab('console', 'Console', () => <Console inputRef={prompt} />),
    events: tab('events', 'Events', () => <Events />),
    spaceTime: tab('spacetime', 'Space-time', () => <SpaceTimeDiagram />),
    tree: tab('tree', 'Znodes', () => <ZnodeTree />),
    recipes: tab('recipes', 'Recipes', () => <Recipes />),
    clients: tab('clients', 'Clients', () => <Clients />),
    inspector: tab('inspector', 'Inspect', () => <Inspector />),
    kafka: tab('kafka', 'Kafka', () => <Kafka />),
  };
}

function Ring({ player }: { player: ScenePlayer }) {
  const { transcript } = useHandles();
  const hinted = useStore(player.store, hintedOf);
  const motion = useChoices(motionOf);
  const onServerClick = (id: ParticipantId): boolean => {
    const line = player.lineForClick(id);
    if (line === null) return false;
    void transcript.run(line);
    return true;
  };
  return <EnsembleRing hinted={hinted} onServerClick={onServerClick} isStill={isReduced(motion)} />;
}

function Arranged({ arrangement, parts }: { arrangement: Arrangement; parts: Parts }) {
  switch (arrangement) {
    case 'wide':
      return <Wide parts={parts} />;
    case 'medium':
      return <Medium parts={parts} />;
    case 'phone':
      return <Phone parts={parts} />;
  }
}

function Wide({ parts }: { parts: Parts }) {
  return (
    <>
      <div className="area-left stack stack-left">
        <Framed tab={parts.guide} />
        <Framed tab={parts.faults} />
      </div>
      <Centre parts={parts} />
      <div className="area-right stack stack-right">
        <Framed tab={parts.tree} />
        <Chosen label="Recipes and clients" tabs={[parts.recipes, parts.clients, parts.kafka]} />
        <Framed tab={parts.inspector} />
      </div>
    </>
  );
}

/**
 * The logs' room depends on how many servers there are, not on what they hold: the ring must not
 * jump.
 */
function Centre({ parts }: { parts: Parts }) {
  const serverCount = useEnsemble(serverCountOf);
  return (
    <div
      className="area-centre stack stack-centre"
      style={{ '--server-count': serverCount } as CSSProperties}
    >
      <section className="panel" aria-label="Ensemble">
        {parts.ring}
      </section>
      <Framed tab={parts.logs} />
      <Chosen label="Console and events" tabs={[parts.console, parts.events, parts.spaceTime]} />
    </div>
  );
}

function Medium({ parts }: { parts: Parts }) {
  return (
    <>
      <Centre parts={parts} />
      <div className="area-right stack stack-medium">
        <Framed tab={parts.guide} />
        <Chosen
          label="Details"
          tabs={[
            parts.tree,
            parts.recipes,
            parts.clients,
            parts.kafka,
            parts.faults,
            parts.inspector,
          ]}
        />
      </div>
    </>
  );
}

function Phone({ parts }: { parts: Parts }) {
  return (
    <>
      <section className="panel area-centre" aria-label="Ensemble">
        {parts.ring}
      </section>
      <div className="area-right stack">
        <Chosen
          label="Details"
          tabs={[
            parts.guide,
            parts.tree,
            parts.console,
            parts.faults,
            parts.recipes,
            parts.clients,
            parts.kafka,
            parts.logs,
            parts.events,
            parts.spaceTime,
            parts.inspector,
          ]}
        />
      </div>
    </>
  );
}

const Framed = ({ tab: { title, note, render } }: { tab: Tab }) => (
  <Panel title={title} {...(note !== undefined && { actions: <p className="muted">{note}</p> })}>
    {render()}
  </Panel>
);

function Chosen({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  const { choices } = useHandles();
  const recent = useChoices(recentTabsOf);
  const newest = recent.find((id) => tabs.some((tab) => tab.id === id));
  return (
    <Tabs
      label={label}
      tabs={tabs}
      chosen={newest ?? tabs[0]?.id ?? ''}
      onChoose={(id) => showTab(choices, id)}
    />
  );
}
