/**
 * Cuts a byte stream into frames: an int length and that many bytes. The first four bytes of a
 * stream may be a four-letter word instead.
 * Source: NIOServerCnxn.readLength, readPayload, checkFourLetterWord.
 */

/** jute.maxbuffer: the longest frame that is accepted. */
export const MAX_FRAME_BYTES = 0xfffff;

const LENGTH_BYTES = 4;

export type FrameEvent =
  | { readonly type: 'frame'; readonly bytes: Uint8Array }
  | { readonly type: 'word'; readonly word: string }
  /** `length` as claimed: negative or above the limit. The connection must be closed. */
  | { readonly type: 'badLength'; readonly length: number };

export interface FrameSplitterOptions {
  readonly maxFrameBytes?: number;
  /** Words to be told from a length, each of four ASCII letters. */
  readonly words?: ReadonlySet<string>;
}

/** The length, then the payload. */
export function frame(payload: Uint8Array): Uint8Array {
  const out = new Uint8Array(LENGTH_BYTES + payload.length);
  new DataView(out.buffer).setInt32(0, payload.length);
  out.set(payload, LENGTH_BYTES);
  return out;
}

/**
 * Memory: never more than twice the bytes that really came, whatever length was claimed.
 * After a word or a bad length the rest of the stream is dropped.
 */
export class FrameSplitter {
  private readonly maxFrameBytes: number;
  private readonly words: ReadonlySet<string>;
  /** Of a length or of a payload, whichever is being read; the first `filled` bytes are there. */
  private partial = new Uint8Array(LENGTH_BYTES);
  private filled = 0;
  /** Of the payload being read; null while reading a length. */
  private wanted: number | null = null;
  private state: 'fresh' | 'framed' | 'done' = 'fresh';

  constructor(options: FrameSplitterOptions = {}) {
    this.maxFrameBytes = options.maxFrameBytes ?? MAX_FRAME_BYTES;
    this.words = options.words ?? new Set();
  }

  /** What became complete with `chunk`, which is not kept. */
  push(chunk: Uint8Array): readonly FrameEvent[] {
    const events: FrameEvent[] = [];
    let at = 0;
    while (this.state !== 'done') {
      const wanted = this.wanted ?? LENGTH_BYTES;
      const end = Math.min(chunk.length, at + wanted - this.filled);
      this.append(chunk.subarray(at, end), wanted);
      at = end;
      if (this.filled < wanted) break;
      const event = this.complete(wanted);
      if (event !== null) events.push(event);
    }
    return events;
  }

  /** All wanted bytes are in `partial`. */
  private complete(wanted: number): FrameEvent | null {
    const bytes = this.partial.subarray(0, wanted);
    this.filled = 0;
    if (this.wanted !== null) {
      this.wanted = null;
      this.partial = new Uint8Array(LENGTH_BYTES);
      return { type: 'frame', bytes };
    }
    if (this.state === 'fresh') {
      this.state = 'framed';
      const word = String.fromCharCode(...bytes);
      if (this.words.has(word)) {
        this.state = 'done';
        return { type: 'word', word };
      }
    }
    const length = new DataView(bytes.buffer).getInt32(0);
    if (length < 0 || length > this.maxFrameBytes) {
      this.state = 'done';
      return { type: 'badLength', length };
    }
    this.wanted = length;
    return null;
  }

  private append(bytes: Uint8Array, wanted: number): void {
    const needed = this.filled + bytes.length;
    if (needed > this.partial.length) {
      const grown = new Uint8Array(Math.min(wanted, Math.max(needed, 2 * this.partial.length)));
      grown.set(this.partial.subarray(0, this.filled));
      this.partial = grown;
    }
    this.partial.set(bytes, this.filled);
    this.filled = needed;
  }
}
