/**
 * Cuts a byte stream into frames: an int length and that many bytes. The first four bytes of a
 * stream may be a four-letter word instead.
 * Source: NIOServerCnxn.readLength, readPayload, checkFourLetterWord.
 */

/** jute.maxbuffer: the longest frame that is accepted. */
export const MAX_FRAME_BYTES = 0xfffff;

const LENGTH_BYTES = 4;
/** The only word that is followed by something: a mask, a long. */
const WORD_WITH_MASK = 'stmk';
const MASK_BYTES = 8;
const NO_BYTES = new Uint8Array(0);

export type FrameEvent =
  | { readonly type: 'frame'; readonly bytes: Uint8Array }
  /** With its argument behind it if it has one: `stmk258`. */
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
  /** Of a payload that came in pieces; the first `filled` bytes are there. */
  private partial = NO_BYTES;
  private readonly lengthBytes = new Uint8Array(LENGTH_BYTES);
  private filled = 0;
  /** Of the payload being read; null while reading a length. */
  private wanted: number | null = null;
  private state: 'fresh' | 'framed' | 'mask' | 'done' = 'fresh';

  constructor(options: FrameSplitterOptions = {}) {
    this.maxFrameBytes = options.maxFrameBytes ?? MAX_FRAME_BYTES;
    this.words = options.words ?? new Set();
  }

  /** What became complete with `chunk`, of which frames are views: nobody may write to it. */
  push(chunk: Uint8Array): readonly FrameEvent[] {
    const events: FrameEvent[] = [];
    let at = 0;
    while (this.state !== 'done') {
      const { wanted } = this;
      if (this.state === 'mask') {
        const end = Math.min(chunk.length, at + MASK_BYTES - this.filled);
        this.append(chunk.subarray(at, end), MASK_BYTES);
        if (this.filled < MASK_BYTES) break;
        this.state = 'done';
        const mask = new DataView(this.partial.buffer).getBigInt64(0);
        events.push({ type: 'word', word: `${WORD_WITH_MASK}${mask}` });
        break;
      }
      if (wanted === null) {
        at = this.readLength(chunk, at);
        if (this.filled < LENGTH_BYTES) break;
        const event = this.completeLength();
        if (event !== null) events.push(event);
      } else {
        const end = Math.min(chunk.length, at + wanted - this.filled);
        const bytes = this.readPayload(chunk, at, end, wanted);
        if (bytes === null) break;
        at = end;
        events.push({ type: 'frame', bytes });
      }
    }
    return events;
  }

  private readLength(chunk: Uint8Array, from: number): number {
    let at = from;
    while (this.filled < LENGTH_BYTES && at < chunk.length) {
      this.lengthBytes[this.filled++] = chunk[at++] ?? 0;
    }
    return at;
  }

  private completeLength(): FrameEvent | null {
    this.filled = 0;
    if (this.state === 'fresh') {
      this.state = 'framed';
      const word = String.fromCharCode(...this.lengthBytes);
      if (this.words.has(word) && word === WORD_WITH_MASK) {
        this.state = 'mask';
        return null;
      }
      if (this.words.has(word)) {
        this.state = 'done';
        return { type: 'word', word };
      }
    }
    const [a = 0, b = 0, c = 0, d = 0] = this.lengthBytes;
    const length = (a << 24) | (b << 16) | (c << 8) | d;
    if (length < 0 || length > this.maxFrameBytes) {
      this.state = 'done';
      return { type: 'badLength', length };
    }
    this.wanted = length;
    return null;
  }

  /** The whole payload, or null if more of it is to come; then what came is kept. */
  private readPayload(
    chunk: Uint8Array,
    from: number,
    end: number,
    wanted: number,
  ): Uint8Array | null {
    const isWhole = end - from === wanted;
    if (!isWhole) this.append(chunk.subarray(from, end), wanted);
    if (!isWhole && this.filled < wanted) return null;
    const { partial } = this;
    this.wanted = null;
    this.filled = 0;
    this.partial = NO_BYTES;
    return isWhole ? new Uint8Array(chunk.buffer, chunk.byteOffset + from, wanted) : partial;
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
