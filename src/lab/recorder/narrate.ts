/** One plain sentence for each thing worth saying. Every sentence comes from one trace event. */

import type { TraceEvent } from '../../trace/TraceEvent.ts';
import { listOf, shortPath, shortZxid } from '../format.ts';
import type { NarrationLine } from '../model.ts';
import type { Draft } from './Draft.ts';

export type Sentence = Pick<NarrationLine, 'text' | 'milestone' | 'tone'>;

/** `draft` is the state after the event. Null when the event is not worth a sentence. */
export function narrate(event: TraceEvent, draft: Draft): Sentence | null {
  const sentence =
    narrateElection(event) ??
    narrateHistory(event, draft) ??
    narrateFault(event) ??
    narrateSession(event, draft) ??
    narrateClient(event);
  return sentence === null ? null : { ...sentence, text: shortPath(sentence.text) };
}

function narrateElection(event: TraceEvent): Sentence | null {
  const { who } = event;
  switch (event.type) {
    case 'stateChanged':
      if (event.phase !== 'ELECTION') return null;
      return say('election', `${who} is looking for a leader.`);
    case 'voteCast': {
      const choice = event.leader === Number(who.slice(1)) ? 'itself' : `S${event.leader}`;
      return say('election', `${who} votes for ${choice} (zxid ${shortZxid(event.zxid)}).`);
    }
    case 'electionDecided':
      return say(
        'election',
        event.leader === Number(who.slice(1))
          ? `${who} has the votes of ${names(event.voters)}: it will lead.`
          : `${who} sees that S${event.leader} has won and follows.`,
      );
    case 'leaderEstablished':
      return milestone(
        'leader',
        `${who} leads epoch ${event.epoch}, backed by ${names(event.quorum)}.`,
      );
    case 'learnerSyncing':
      return say(
        'replicate',
        `${who} brings S${event.learner} up to date by ${event.mode} ` +
          `(it had ${shortZxid(event.learnerZxid)}).`,
      );
    case 'learnerLost':
      return say('fault', `${who} lost S${event.learner}: ${event.reason}.`);
    case 'roleEnded':
      return milestone('fault', `${who} stops ${event.state.toLowerCase()}: ${event.reason}.`);
    case 'refused':
      return say('fault', `${who} refuses ${event.what} from S${event.from}: ${event.reason}.`);
    default:
      return null;
  }
}

function narrateHistory(event: TraceEvent, draft: Draft): Sentence | null {
  const { who } = event;
  switch (event.type) {
    case 'proposed': {
      const txn = draft.txns.get(event.zxid);
      const what = txn === undefined ? '' : ` ${txn.op} ${txn.path}`.trimEnd();
      return say('replicate', `${who} proposes${what} as ${shortZxid(event.zxid)}.`);
    }
    case 'committed': {
      if (event.zxid !== draft.committedZxid) return null;
      const txn = draft.txns.get(event.zxid);
      if (txn === undefined || txn.proposedBy !== Number(who.slice(1))) return null;
      return say(
        'replicate',
        `${shortZxid(event.zxid)} is committed: ${names(txn.acks)} have it on disk.`,
      );
    }
    case 'truncated':
      return milestone('fault', `${who} drops what it logged after ${shortZxid(event.zxid)}.`);
    case 'snapshotLoaded':
      return say('replicate', `${who} takes the leader's whole tree at ${shortZxid(event.zxid)}.`);
    default:
      return null;
  }
}

function narrateFault(event: TraceEvent): Sentence | null {
  switch (event.type) {
    case 'processStarted':
      return event.incarnation > 1 ? milestone('fault', `${event.target} is started again.`) : null;
    case 'processKilled': {
      const how = {
        kill: 'is killed; its disk stays',
        powerCut: 'loses power; what was not flushed is gone',
        crash: 'crashed',
      } as const;
      return milestone('fault', `${event.target} ${how[event.cause]}.`);
    }
    case 'processPaused':
      return milestone('fault', `${event.target} is paused: it hears and says nothing.`);
    case 'processResumed':
      return milestone('fault', `${event.target} goes on.`);
    case 'diskWiped':
      return milestone('fault', `The disk of ${event.target} is wiped.`);
    case 'linkChanged':
      return say('fault', linkSentence(event));
    case 'assertionFailed':
      return milestone('fault', `${event.who} stops at a broken assertion: ${event.message}.`);
    case 'recoveryRefused':
      return milestone(
        'fault',
        `${event.who} refuses its disk: ${event.file}, byte ${event.offset}: ${event.reason}.`,
      );
    default:
      return null;
  }
}

function linkSentence(event: Extract<TraceEvent, { type: 'linkChanged' }>): string {
  const link = `${event.from} to ${event.to}`;
  if (event.cut) return `The link from ${link} is cut.`;
  if (event.held) return `The link from ${link} is held: what is on its way waits.`;
  const parts = [];
  if (event.extraLatencyUs > 0) parts.push(`${event.extraLatencyUs / 1000} ms slower`);
  if (event.lossPercent > 0) parts.push(`loses ${event.lossPercent} %`);
  return parts.length > 0
    ? `The link from ${link} is ${parts.join(' and ')}.`
    : `The link from ${link} is as before.`;
}

function narrateSession(event: TraceEvent, draft: Draft): Sentence | null {
  switch (event.type) {
    case 'sessionExpired': {
      const client = draft.sessions.all[event.sessionId]?.client;
      const whose = client === null || client === undefined ? event.sessionId : `of ${client}`;
      return milestone(
        'fault',
        `${event.who} heard nothing for too long: the session ${whose} expires.`,
      );
    }
    case 'sessionMoved':
      return say('client', `Session ${event.sessionId} has moved to S${event.to}.`);
    case 'watchFired': {
      const client = draft.sessions.all[event.sessionId]?.client ?? event.sessionId;
      return say('watch', `${event.who} tells ${client}: ${event.event} ${event.path}.`);
    }
    default:
      return null;
  }
}

function narrateClient(event: TraceEvent): Sentence | null {
  const { who } = event;
  switch (event.type) {
    case 'clientStateChanged':
      return clientStateSentence(event);
    case 'operationSent':
      return say('client', `${who} asks: ${event.op} ${event.path}`.trimEnd());
    case 'belief': {
      const what = `${event.recipe} ${event.path}`;
      return milestone(
        'client',
        event.holds
          ? `${who} holds ${what}; its fencing number is ${shortZxid(event.fence)}.`
          : `${who} no longer holds ${what}.`,
      );
    }
    case 'step':
      return say('client', `${who}, ${event.recipe} ${event.path}: ${event.step}.`);
    default:
      return null;
  }
}

function clientStateSentence(
  event: Extract<TraceEvent, { type: 'clientStateChanged' }>,
): Sentence | null {
  const { who } = event;
  switch (event.state) {
    case 'connected':
      return say('client', `${who} is connected to ${event.server ?? 'a server'}.`);
    case 'connectedReadOnly':
      return say(
        'client',
        `${who} can read from ${event.server ?? 'a server'}, which has no leader.`,
      );
    case 'disconnected':
      return say('fault', `${who} lost its connection; its session may live on.`);
    case 'expired':
      return milestone('fault', `${who} learns that its session has expired.`);
    case 'closed':
      return say('client', `${who} closed its session.`);
    case 'authFailed':
      return say('fault', `${who} could not prove who it is.`);
    default:
      return null;
  }
}

const say = (tone: Sentence['tone'], text: string): Sentence => ({ tone, text, milestone: false });

const milestone = (tone: Sentence['tone'], text: string): Sentence => ({
  tone,
  text,
  milestone: true,
});

const names = (sids: readonly number[]): string => listOf(sids.map((sid) => `S${sid}`));
