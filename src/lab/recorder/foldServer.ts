/** Folds what servers tell the trace into their entries. */

import { serverId } from '../../network/address.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';
import { LOG_WINDOW, type ServerView } from '../model.ts';
import type { Draft } from './Draft.ts';
import { describeTxn } from './describeTxn.ts';

export function foldServer(draft: Draft, event: TraceEvent): void {
  foldElection(draft, event);
  foldHistory(draft, event);
  foldSession(draft, event);
}

function foldElection(draft: Draft, event: TraceEvent): void {
  switch (event.type) {
    case 'stateChanged': {
      const server = draft.server(event.who);
      if (server === null) return;
      if (server.state !== event.state) server.established = false;
      if (event.state === 'LOOKING' && server.state !== 'LOOKING') server.ballots = {};
      server.state = event.state;
      server.phase = event.phase;
      server.leader = event.leader;
      if (event.state !== 'LEADING') server.synced = [];
      return;
    }
    case 'voteCast': {
      const server = draft.server(event.who);
      if (server === null) return;
      const { leader, zxid, peerEpoch, electionEpoch } = event;
      const ballot = { leader, zxid, peerEpoch, electionEpoch };
      const sameRound = server.vote?.electionEpoch === electionEpoch;
      server.vote = ballot;
      server.ballots = { ...(sameRound ? server.ballots : {}), [server.sid]: ballot };
      return;
    }
    case 'voteReceived': {
      const server = draft.server(event.who);
      if (server === null || server.state !== 'LOOKING') return;
      const { leader, zxid, peerEpoch, electionEpoch } = event;
      server.ballots = {
        ...server.ballots,
        [event.from]: { leader, zxid, peerEpoch, electionEpoch },
      };
      return;
    }
    case 'acceptedEpoch':
      return change(draft, event, (server) => ({ ...server, acceptedEpoch: event.epoch }));
    case 'currentEpoch':
      return change(draft, event, (server) => ({ ...server, currentEpoch: event.epoch }));
    case 'leaderEstablished': {
      const server = draft.server(event.who);
      if (server === null) return;
      server.established = true;
      server.synced = event.quorum;
      commitUpTo(draft, server.lastLogged);
      return;
    }
    case 'quorumChecked':
      return change(draft, event, (server) => ({ ...server, synced: event.synced }));
    case 'assertionFailed':
      return change(draft, event, (server) => ({ ...server, fault: event.message }));
    case 'recoveryRefused':
      return change(draft, event, (server) => ({
        ...server,
        process: 'crashed',
        fault: `${event.file} at byte ${event.offset}: ${event.reason}`,
      }));
    default:
      return;
  }
}

/** What is in the log of a leader that a quorum follows is committed (Zab §V.B). */
function commitUpTo(draft: Draft, zxid: number): void {
  draft.committedZxid = Math.max(draft.committedZxid, zxid);
  for (const txn of draft.txns.values()) {
    if (txn.zxid > zxid || txn.committed) continue;
    draft.setTxn({ ...txn, committed: true });
    if (txn.op === 'closeSession') closeSession(draft, txn.path);
  }
}

function foldHistory(draft: Draft, event: TraceEvent): void {
  switch (event.type) {
    case 'recovered':
      return change(draft, event, (server) => ({
        ...server,
        acceptedEpoch: event.acceptedEpoch,
        currentEpoch: event.currentEpoch,
        lastLogged: event.lastZxid,
        lastCommitted: 0,
        lastApplied: event.lastZxid,
        log: server.log.filter((zxid) => zxid <= event.lastZxid),
      }));
    case 'proposed': {
      const { op, path } = describeTxn(event.txn);
      const proposedBy = Number(event.who.slice(1));
      draft.setTxn({ zxid: event.zxid, op, path, proposedBy, acks: [], committed: false });
      return;
    }
    case 'logged':
      return change(draft, event, (server) => ({
        ...server,
        lastLogged: event.zxid,
        log: [...server.log.slice(-LOG_WINDOW + 1), event.zxid],
      }));
    case 'acked': {
      const txn = draft.txns.get(event.zxid);
      if (txn === undefined || txn.acks.includes(event.from)) return;
      draft.setTxn({ ...txn, acks: [...txn.acks, event.from] });
      return;
    }
    case 'committed': {
      const txn = draft.txns.get(event.zxid);
      if (txn !== undefined && !txn.committed) {
        draft.setTxn({ ...txn, committed: true });
        if (txn.op === 'closeSession') closeSession(draft, txn.path);
      }
      draft.committedZxid = Math.max(draft.committedZxid, event.zxid);
      return change(draft, event, (server) => ({ ...server, lastCommitted: event.zxid }));
    }
    case 'applied':
      return change(draft, event, (server) => ({
        ...server,
        lastApplied: event.zxid,
        digest: event.digest,
      }));
    case 'truncated':
      return change(draft, event, (server) => ({
        ...server,
        lastLogged: event.zxid,
        lastApplied: event.zxid,
        log: server.log.filter((zxid) => zxid <= event.zxid),
      }));
    case 'snapshotLoaded':
      return change(draft, event, (server) => ({
        ...server,
        lastLogged: event.zxid,
        lastApplied: event.zxid,
        lastCommitted: event.zxid,
        digest: event.digest,
        log: [],
      }));
    default:
      return;
  }
}

function closeSession(draft: Draft, sessionId: string): void {
  const session = draft.session(sessionId);
  if (session.state === 'live') session.state = 'closed';
  session.server = null;
}

function foldSession(draft: Draft, event: TraceEvent): void {
  switch (event.type) {
    case 'connectionOpened': {
      const session = draft.session(event.sessionId);
      session.server = event.who;
      session.timeoutMs = event.timeoutMs;
      session.state = 'live';
      return change(draft, event, (server) => ({
        ...server,
        connections: server.connections + 1,
      }));
    }
    case 'connectionClosed': {
      const session = draft.sessions.all[event.sessionId];
      if (session?.server === event.who) draft.session(event.sessionId).server = null;
      return change(draft, event, (server) => ({
        ...server,
        connections: Math.max(0, server.connections - 1),
      }));
    }
    case 'sessionTouched':
      draft.session(event.sessionId).expiresAtMs = event.expiresAtMs;
      return;
    case 'sessionExpired':
      draft.session(event.sessionId).state = 'expired';
      return;
    case 'sessionMoved':
      draft.session(event.sessionId).server = serverId(event.to);
      return;
    default:
      return;
  }
}

/** Timers, processes, links and disk, as the host tells them. */
export function foldNetwork(draft: Draft, event: TraceEvent): void {
  switch (event.type) {
    case 'timerSet':
      return change(draft, event, (server) => ({
        ...server,
        timers: { ...server.timers, [event.timer]: { setUs: event.atUs, dueUs: event.dueUs } },
      }));
    case 'timerCancelled':
    case 'timerFired':
      return change(draft, event, (server) => {
        const { [event.timer]: _, ...timers } = server.timers;
        return { ...server, timers };
      });
    case 'diskWrite':
      return change(draft, event, (server) => ({
        ...server,
        diskBytes: server.diskBytes + event.bytes,
      }));
    case 'linkChanged': {
      const { from, to, cut, held, extraLatencyUs, lossPercent } = event;
      draft.setLink({ from, to, cut, held, extraLatencyUs, lossPercent });
      return;
    }
    default:
      return;
  }
}

const RESTING = {
  state: 'LOOKING',
  phase: 'ELECTION',
  leader: null,
  vote: null,
  ballots: {},
  timers: {},
  synced: [],
  established: false,
  connections: 0,
} as const;

export function foldProcess(draft: Draft, event: TraceEvent): void {
  switch (event.type) {
    case 'processStarted': {
      if (event.target.startsWith('C')) {
        draft.client(event.target).process = 'up';
        return;
      }
      const server = draft.server(event.target);
      if (server !== null) Object.assign(server, RESTING, { process: 'up', fault: '' });
      return;
    }
    case 'processKilled': {
      if (event.target.startsWith('C')) {
        draft.clients.remove(event.target);
        return;
      }
      const server = draft.server(event.target);
      if (server === null) return;
      const process = { kill: 'down', powerCut: 'off', crash: 'crashed' } as const;
      Object.assign(server, RESTING, { process: process[event.cause] });
      return;
    }
    case 'processPaused':
    case 'processResumed': {
      const process = event.type === 'processPaused' ? 'paused' : 'up';
      const target = event.target.startsWith('C')
        ? draft.client(event.target)
        : draft.server(event.target);
      if (target !== null) target.process = process;
      return;
    }
    case 'diskWiped': {
      const server = draft.server(event.target);
      if (server === null) return;
      Object.assign(server, { log: [], lastLogged: 0, lastApplied: 0, lastCommitted: 0 });
      Object.assign(server, { acceptedEpoch: 0, currentEpoch: 0, diskBytes: 0, digest: '' });
      return;
    }
    default:
      return;
  }
}

function change(draft: Draft, event: TraceEvent, update: (server: ServerView) => ServerView): void {
  const server = draft.server(event.who);
  if (server !== null) Object.assign(server, update(server));
}
