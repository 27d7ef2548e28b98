/**
 * Every check there is, and the few that fit on a screen. Each call makes fresh ones, for one run.
 */

import { Agreement } from './Agreement.ts';
import type { Check } from './Check.ts';
import { CheckGroup } from './CheckGroup.ts';
import { ClientOrder } from './ClientOrder.ts';
import { CommittedTxns } from './CommittedTxns.ts';
import { Ephemerals } from './Ephemerals.ts';
import { GlobalPrimaryOrder } from './GlobalPrimaryOrder.ts';
import { Histories } from './Histories.ts';
import { Integrity } from './Integrity.ts';
import { Leadership } from './Leadership.ts';
import { LocalPrimaryOrder } from './LocalPrimaryOrder.ts';
import { PrefixConsistency } from './PrefixConsistency.ts';
import { QuorumCommit } from './QuorumCommit.ts';
import { Reads } from './Reads.ts';
import { SequenceNumbers } from './SequenceNumbers.ts';
import { ServersStand } from './ServersStand.ts';
import { Sessions } from './Sessions.ts';
import { AcknowledgedWrites, PrimaryIntegrity } from './SurvivingTxns.ts';
import { TotalOrder } from './TotalOrder.ts';
import { VoteOrder } from './VoteOrder.ts';
import { WatchBeforeData } from './WatchBeforeData.ts';
import { Znodes } from './Znodes.ts';

export function createChecks(): readonly Check[] {
  return Object.values(namedChecks());
}

/** Every check, in six groups. */
export function liveChecks(): readonly Check[] {
  const one = namedChecks();
  return [
    new CheckGroup('leaders', 'One leader per epoch', [
      one.leadership,
      one.voteOrder,
      one.localPrimaryOrder,
    ]),
    new CheckGroup('committed', 'Committed is never lost', [
      one.primaryIntegrity,
      one.acknowledgedWrites,
      one.quorumCommit,
    ]),
    new CheckGroup('logs', 'Logs agree', [
      one.prefixConsistency,
      one.agreement,
      one.integrity,
      one.serversStand,
    ]),
    new CheckGroup('order', 'Everything in zxid order', [
      one.totalOrder,
      one.globalPrimaryOrder,
      one.clientOrder,
    ]),
    new CheckGroup('ephemerals', 'Ephemerals die with their session', [
      one.ephemerals,
      one.sequenceNumbers,
    ]),
    new CheckGroup('answers', 'Answers and watches fit the history', [
      one.reads,
      one.watchBeforeData,
    ]),
  ];
}

function namedChecks() {
  const histories = new Histories();
  const committed = new CommittedTxns(histories);
  const znodes = new Znodes(committed);
  const sessions = new Sessions();
  return {
    leadership: new Leadership(),
    voteOrder: new VoteOrder(),
    prefixConsistency: new PrefixConsistency(histories),
    integrity: new Integrity(histories),
    agreement: new Agreement(),
    totalOrder: new TotalOrder(histories),
    localPrimaryOrder: new LocalPrimaryOrder(histories),
    globalPrimaryOrder: new GlobalPrimaryOrder(histories),
    primaryIntegrity: new PrimaryIntegrity(histories),
    acknowledgedWrites: new AcknowledgedWrites(histories, committed),
    quorumCommit: new QuorumCommit(),
    clientOrder: new ClientOrder(sessions),
    reads: new Reads(znodes),
    watchBeforeData: new WatchBeforeData(histories, sessions),
    ephemerals: new Ephemerals(committed, znodes),
    sequenceNumbers: new SequenceNumbers(znodes),
    serversStand: new ServersStand(),
  } as const;
}
