/** How clients that may meet ask each other, as programs see it. */

import type { JsonValue } from './trace.ts';

export interface PeerRequest {
  readonly api: string;
  readonly body: JsonValue;
}

/** `text`: what the trace says of the reply; `kind`: as what, `<api>Reply` if left out. */
export interface PeerReply {
  readonly body: JsonValue;
  readonly text: string;
  readonly kind?: string;
}

/** Answers what others ask; what it throws is told to the one who asked. */
export type PeerService = (from: string, request: PeerRequest) => Promise<PeerReply>;

export class PeerError extends Error {
  override readonly name = 'PeerError';
  /** `answered`: the peer says so itself. */
  readonly reason: 'refused' | 'lost' | 'timeout' | 'answered' | 'tooMany';

  constructor(reason: PeerError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface AskOptions extends PeerRequest {
  /** What the trace says of the request. */
  readonly text: string;
  readonly timeoutMs: number;
}

export interface PeerNetwork {
  /** Answers the others from now on; null: hangs up on everybody. */
  serve(service: PeerService | null): void;
  /** What `peer` answers. Rejects with PeerError. */
  ask(peer: string, options: AskOptions): Promise<JsonValue>;
}
