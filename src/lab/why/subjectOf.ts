/** The event that made a selected thing what it is now. */

import type { ParticipantId } from '../../network/address.ts';
import type { TraceEvent, TraceType } from '../../trace/TraceEvent.ts';
import type { Selection } from '../choices.ts';
import type { Lab } from '../Lab.ts';
import { findLast } from './causes.ts';

const OF_SERVERS: ReadonlySet<TraceType> = new Set([
  'stateChanged',
  'leaderEstablished',
  'recovered',
  'recoveryRefused',
  'assertionFailed',
]);
const OF_CLIENTS: ReadonlySet<TraceType> = new Set(['clientStateChanged', 'belief']);

/** Its index among the recorded events; null when they do not have it, or no longer. */
export function subjectOf(lab: Lab, selection: Selection): number | null {
  const { events } = lab.recorder;
  const find = (matches: (event: TraceEvent) => boolean) => findLast(events, events.size, matches);
  switch (selection.type) {
    case 'server':
      return find((event) => concerns(event, selection.id, OF_SERVERS));
    case 'client':
      return find((event) => concerns(event, selection.id, OF_CLIENTS));
    case 'link':
      return find(
        (event) =>
          event.type === 'linkChanged' &&
          event.from === selection.from &&
          event.to === selection.to,
      );
    case 'message':
      return find(
        (event) => event.type === 'messageSent' && `${event.who}/${event.id}` === selection.key,
      );
    case 'txn':
      return commitOf(lab, selection.zxid);
    case 'znode': {
      const { committedZxid } = lab.ensemble.getState();
      const node = lab.recorder.history.treeAt(committedZxid).getNode(selection.path);
      return node === undefined ? null : commitOf(lab, node.stat().mzxid);
    }
  }
}

function concerns(event: TraceEvent, id: ParticipantId, types: ReadonlySet<TraceType>): boolean {
  return 'target' in event ? event.target === id : event.who === id && types.has(event.type);
}

/** Its first commit, which is the leader's; while there is none, its proposal. */
function commitOf(lab: Lab, zxid: number): number | null {
  const { events } = lab.recorder;
  let commit: number | null = null;
  for (let index = events.size - 1; index >= 0; index--) {
    const event = events.at(index);
    if (event?.type === 'committed' && event.zxid === zxid) commit = index;
    if (event?.type === 'proposed' && event.zxid === zxid) return commit ?? index;
  }
  return commit;
}
