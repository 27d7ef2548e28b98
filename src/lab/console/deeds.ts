/** What can be done to a thing as it is now: one list for menus, the inspector and the palette. */

import type { ParticipantId } from '../../network/address.ts';
import type { Selection } from '../choices.ts';
import type { ClientView, EnsembleState, MessageView, ProcessState } from '../model.ts';
import { cutOffLine } from './cutOffLine.ts';

export interface Deed {
  readonly text: string;
  /** Console line. */
  readonly line: string;
}

export const isRunning = (process: ProcessState): boolean =>
  process === 'up' || process === 'paused';

/** Nothing for a server that is not there. */
export function serverDeeds(servers: EnsembleState['servers'], id: ParticipantId): readonly Deed[] {
  const process = servers[id]?.process;
  if (process === undefined) return [];
  if (!isRunning(process)) {
    return [
      { text: 'Restart', line: `restart ${id}` },
      { text: 'Wipe disk', line: `wipe ${id}` },
    ];
  }
  return [
    { text: 'Kill', line: `kill ${id}` },
    pauseOrResume(process, id),
    { text: 'Cut power', line: `powercut ${id}` },
    { text: 'Cut all links', line: cutOffLine(servers, id) },
  ];
}

export function diskDeeds(process: ProcessState, id: ParticipantId): readonly Deed[] {
  const look: readonly Deed[] = [
    { text: 'Open disk', line: `files ${id}` },
    { text: 'Download disk', line: `disk ${id}` },
  ];
  return isRunning(process) ? [...look, { text: 'Wipe disk', line: `wipe ${id}` }] : look;
}

export function clientDeeds({ id, process }: ClientView): readonly Deed[] {
  return [
    { text: 'Use in console', line: `use ${id}` },
    pauseOrResume(process, id),
    { text: 'Expire', line: `expire ${id}` },
    { text: 'Kill', line: `kill ${id}` },
  ];
}

const pauseOrResume = (process: ProcessState, id: ParticipantId): Deed =>
  process === 'paused'
    ? { text: 'Resume', line: `resume ${id}` }
    : { text: 'Pause', line: `pause ${id}` };

export function linkDeeds(
  links: EnsembleState['links'],
  { from, to }: { readonly from: ParticipantId; readonly to: ParticipantId },
): readonly Deed[] {
  const isHeld = links[`${from} ${to}`]?.held === true;
  return [
    { text: 'Cut', line: `cut ${from}>${to}` },
    { text: 'Cut both ways', line: `cut ${from} | ${to}` },
    isHeld
      ? { text: 'Release', line: `release ${from}>${to}` }
      : { text: 'Hold', line: `hold ${from}>${to}` },
    { text: 'Heal', line: `heal ${from}>${to}` },
    { text: 'Heal both ways', line: `heal ${from} | ${to}` },
  ];
}

/** For one on its way. All that follows it on its link waits with it. */
export function messageDeeds({ key, from, to, heldUs }: MessageView): readonly Deed[] {
  return [
    heldUs === null
      ? { text: 'Hold', line: `hold ${from}>${to}` }
      : { text: 'Deliver', line: `release ${from}>${to}` },
    { text: 'Lose', line: `drop ${key}` },
  ];
}

export function deedsOf(state: EnsembleState, selection: Selection): readonly Deed[] {
  switch (selection.type) {
    case 'server': {
      const { id } = selection;
      const server = state.servers[id];
      if (server === undefined) return [];
      return [...serverDeeds(state.servers, id), ...diskDeeds(server.process, id)];
    }
    case 'client': {
      const client = state.clients[selection.id];
      return client === undefined ? [] : clientDeeds(client);
    }
    case 'link':
      return linkDeeds(state.links, selection);
    case 'message':
    case 'znode':
    case 'txn':
      return [];
  }
}
