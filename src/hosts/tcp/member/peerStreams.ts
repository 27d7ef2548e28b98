/** How the bytes of each of the two kinds of links are cut, behind one interface. */

import { decode, decodePrefix } from '../../../protocol/codec.ts';
import { ElectionStream, type ElectionStreamEvent } from '../../../protocol/ElectionStream.ts';
import { QuorumStream } from '../../../protocol/QuorumStream.ts';
import { LearnerInfo, QuorumPacket } from '../../../protocol/quorumPackets.ts';
import type { LinkKind } from '../../../server/events.ts';

/** Longest snapshot that is taken from a leader. */
const SNAPSHOT_BYTES_MAX = 1 << 30;

export type PeerStreamEvent = ElectionStreamEvent;

export interface PeerStream {
  /** What became complete with `chunk`. After 'bad' the connection must be closed. */
  push(chunk: Uint8Array): readonly PeerStreamEvent[];
}

/** `isPeerDialling`: it must say who it is, before anything else is made of it. */
export function peerStreamOf(link: LinkKind, isPeerDialling: boolean): PeerStream {
  if (link === 'election') return new ElectionStream(isPeerDialling);
  return isPeerDialling ? new LearnerStream() : new LeaderStream();
}

class LeaderStream implements PeerStream {
  private readonly stream = new QuorumStream(SNAPSHOT_BYTES_MAX);

  push(chunk: Uint8Array): readonly PeerStreamEvent[] {
    return this.stream
      .push(chunk)
      .map((event) =>
        event.type === 'packet' ? event : { type: 'bad', reason: event.error.message },
      );
  }
}

/** A learner says who it is by its first packet, which is the server's as well. */
class LearnerStream implements PeerStream {
  private readonly stream = new QuorumStream(0);
  private isKnown = false;

  push(chunk: Uint8Array): readonly PeerStreamEvent[] {
    const events: PeerStreamEvent[] = [];
    for (const event of this.stream.push(chunk)) {
      if (event.type === 'bad') {
        events.push({ type: 'bad', reason: event.error.message });
        break;
      }
      const sid = this.isKnown ? null : sidOf(event.bytes);
      if (sid === undefined) return [...events, { type: 'bad', reason: 'no learner' }];
      if (sid !== null) events.push({ type: 'hello', message: { sid, addresses: [] } });
      this.isKnown = true;
      events.push(event);
    }
    return events;
  }
}

function sidOf(bytes: Uint8Array): number | undefined {
  const packet = decodePrefix(QuorumPacket, bytes);
  const data = packet.ok ? packet.value.value.data : null;
  const info = data === null ? null : decode(LearnerInfo, data);
  return info?.ok ? info.value.sid : undefined;
}
