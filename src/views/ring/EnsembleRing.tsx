/**
 * The ensemble: servers, clients, links and the quorum in SVG, what moves on a canvas beneath. One
 * composite widget for the keyboard: arrow keys walk from node to node, Enter opens what can be
 * done to it.
 */

import { type KeyboardEvent, lazy, Suspense, useMemo, useRef } from 'react';
import type { Aim } from '../../lab/aim.ts';
import type { Choices, Selection } from '../../lab/choices.ts';
import type { EnsembleState, LinkView } from '../../lab/model.ts';
import { isServerId, orderOf, type ParticipantId } from '../../network/address.ts';
import { useChoices, useEnsemble, useHandles } from '../LabContext.ts';
import { ClientNode } from './ClientNode.tsx';
import { quorumOf } from './describe.ts';
import { focusNode } from './focusNode.ts';
import { layoutRing, type Point, type RingLayout, type RingMembers } from './geometry.ts';
import { RingCanvas } from './RingCanvas.tsx';
import { LinkFaults, MeshLines, QuorumRing, SessionLines } from './RingLinks.tsx';
import { ServerNode } from './ServerNode.tsx';
import { cutSides, takeAim } from './takeAim.ts';
import { useSize } from './useSize.ts';
import './ring.css';

const AimBar = lazy(async () => ({ default: (await import('./AimBar.tsx')).AimBar }));
const NodeMenu = lazy(async () => ({ default: (await import('./NodeMenu.tsx')).NodeMenu }));

export interface EnsembleRingProps {
  /** Server that carries the first minute's hint, null for none. */
  readonly hinted: ParticipantId | null;
  /** A click that the first minute wants to be the deed itself; true if it took the click. */
  readonly onServerClick: (id: ParticipantId) => boolean;
  readonly isStill: boolean;
}

const stateOf = (state: EnsembleState) => state;
const selectionOf = (choices: Choices) => choices.selection;
const aimOf = (choices: Choices) => choices.aim;

export function EnsembleRing({ hinted, onServerClick, isStill }: EnsembleRingProps) {
  const frame = useRef<HTMLDivElement>(null);
  const size = useSize(frame);
  const handles = useHandles();
  const { choices } = handles;
  const state = useEnsemble(stateOf);
  const selection = useChoices(selectionOf);
  const aim = useChoices(aimOf);
  const members = useMembers(state);
  const layout = useMemo(() => (size === null ? null : layoutRing(size, members)), [size, members]);
  const selected = selectedId(selection);
  const choose = (id: ParticipantId) => {
    if (takeAim(handles, id) || onServerClick(id)) return;
    const type = isServerId(id) ? 'server' : 'client';
    choices.setState({ selection: selected === id ? null : { type, id } });
  };
  const chooseLink = ({ from, to }: LinkView) =>
    choices.setState({ selection: { type: 'link', from, to } });
  return (
    <div
      className="ring"
      ref={frame}
      role="group"
      aria-label="Ensemble: arrow keys move between servers and clients, Enter opens one"
      onKeyDown={(event) =>
        onRingKey(event, members, (id) => {
          if (event.key !== 'Enter' || !cutSides(handles)) choose(id);
        })
      }
    >
      {layout !== null && size !== null && (
        <>
          <RingCanvas layout={layout} size={size} isStill={isStill} />
          <svg className="ring-svg" width={size.width} height={size.height} role="presentation">
            <RingBackground layout={layout} state={state} members={members} />
            <LinkFaults layout={layout} links={Object.values(state.links)} onChoose={chooseLink} />
            <Nodes
              layout={layout}
              state={state}
              members={members}
              selected={selected}
              hinted={hinted}
              aim={aim}
              onChoose={choose}
            />
          </svg>
          <Suspense>
            {aim !== null && <AimBar aim={aim} />}
            {aim === null && selected !== null && (
              <NodeMenu id={selected} layout={layout} size={size} />
            )}
          </Suspense>
        </>
      )}
    </div>
  );
}

interface RingPartProps {
  readonly layout: RingLayout;
  readonly state: EnsembleState;
  readonly members: RingMembers;
}

function RingBackground({ layout, state, members }: RingPartProps) {
  const quorum = quorumOf(state);
  return (
    <>
      <MeshLines layout={layout} members={members} />
      <QuorumRing layout={layout} quorum={quorum} />
      <SessionLines layout={layout} clients={Object.values(state.clients)} />
      <text
        className={quorum.hasQuorum ? 'quorum-text' : 'quorum-text quorum-text-none'}
        x={layout.centre.x}
        y={layout.centre.y + 4}
      >
        {quorum.text}
      </text>
    </>
  );
}

interface NodesProps extends RingPartProps {
  readonly selected: ParticipantId | null;
  readonly hinted: ParticipantId | null;
  readonly aim: Aim | null;
  readonly onChoose: (id: ParticipantId) => void;
}

function Nodes({ layout, state, members, selected, hinted, aim, onChoose }: NodesProps) {
  const bearings = useMemo(() => bearingsOf(layout, members), [layout, members]);
  const entry = selected ?? members.participants[0];
  return (
    <>
      {[...members.participants, ...members.observers].map((id) => {
        const server = state.servers[id];
        const at = layout.places.get(id);
        if (server === undefined || at === undefined) return null;
        return (
          <ServerNode
            key={id}
            server={server}
            at={at}
            radius={layout.serverRadius}
            bearings={bearings}
            isSelected={selected === id}
            isHinted={hinted === id}
            side={aim?.type !== 'split' ? null : aim.others.includes(id) ? 'B' : 'A'}
            tabIndex={entry === id ? 0 : -1}
            onChoose={onChoose}
          />
        );
      })}
      {members.clients.map((id) => {
        const client = state.clients[id];
        const at = layout.places.get(id);
        if (client === undefined || at === undefined) return null;
        return (
          <ClientNode
            key={id}
            client={client}
            at={at}
            radius={layout.clientRadius}
            isSelected={selected === id}
            tabIndex={entry === id ? 0 : -1}
            onChoose={onChoose}
          />
        );
      })}
    </>
  );
}

function useMembers(state: EnsembleState): RingMembers {
  const key = [
    ...Object.values(state.servers).map(({ id, observer }) => `${id}${observer ? 'o' : ''}`),
    ...Object.keys(state.clients),
  ].join(' ');
  return useMemo(() => membersFrom(key), [key]);
}

function membersFrom(key: string): RingMembers {
  const words = key.split(' ').filter((word) => word !== '');
  const sorted = (ids: string[]) => ids.sort((a, b) => orderOf(a) - orderOf(b));
  return {
    participants: sorted(words.filter((word) => isServerId(word) && !word.endsWith('o'))),
    observers: sorted(
      words.filter((word) => isServerId(word) && word.endsWith('o')).map((w) => w.slice(0, -1)),
    ),
    clients: sorted(words.filter((word) => !isServerId(word))),
  };
}

function bearingsOf(layout: RingLayout, members: RingMembers): ReadonlyMap<number, Point> {
  const bearings = new Map<number, Point>();
  for (const id of members.participants) {
    const at = layout.places.get(id);
    if (at !== undefined) bearings.set(Number(id.slice(1)), at);
  }
  return bearings;
}

function selectedId(selection: Selection | null): ParticipantId | null {
  return selection?.type === 'server' || selection?.type === 'client' ? selection.id : null;
}

function onRingKey(
  event: KeyboardEvent<HTMLElement>,
  members: RingMembers,
  choose: (id: ParticipantId) => void,
): void {
  const target = event.target instanceof Element ? event.target : null;
  const opened = target?.closest('[data-menu]')?.getAttribute('data-menu');
  if (opened !== null && opened !== undefined && event.key === 'Escape') focusNode(opened);
  const current = target?.getAttribute('data-server') ?? target?.getAttribute('data-client');
  if (current === null || current === undefined) return;
  const order = [...members.participants, ...members.observers, ...members.clients];
  const index = order.indexOf(current);
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    event.stopPropagation();
    choose(current);
    return;
  }
  const steps: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  const step = steps[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const next = order[(index + step + order.length) % order.length];
  if (next !== undefined) focusNode(next);
}
