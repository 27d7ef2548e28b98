import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex } from '../base/bytes.ts';
import { utf8Encode } from '../base/utf8.ts';
import type { FrameEvent, FrameSplitterOptions } from './frames.ts';
import { FrameSplitter, frame, MAX_FRAME_BYTES } from './frames.ts';

const WORDS: ReadonlySet<string> = new Set(['ruok', 'srvr']);

function split(
  stream: Uint8Array,
  cuts: readonly number[],
  options?: FrameSplitterOptions,
): FrameEvent[] {
  const splitter = new FrameSplitter(options);
  const ends = [...cuts.map((cut) => cut % (stream.length + 1)), stream.length];
  ends.sort((a, b) => a - b);
  const events: FrameEvent[] = [];
  let start = 0;
  for (const end of ends) {
    events.push(...splitter.push(stream.subarray(start, end)));
    start = end;
  }
  return events;
}

describe('FrameSplitter', () => {
  it('gives the same frames however the stream is cut', () => {
    const payloads = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 });
    fc.assert(
      fc.property(payloads, fc.array(fc.nat(), { maxLength: 30 }), (frames, cuts) => {
        const stream = concatBytes(...frames.map(frame));
        const expected = frames.map((bytes) => ({ type: 'frame', bytes }));
        expect(split(stream, cuts)).toEqual(expected);
      }),
    );
  });

  it('gives the same events of any bytes however they are cut', () => {
    const pieces = fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc.uint8Array({ maxLength: 12 }).map(frame),
      fc.constantFrom(...WORDS).map(utf8Encode),
    );
    const streams = fc.array(pieces, { maxLength: 6 }).map((parts) => concatBytes(...parts));
    fc.assert(
      fc.property(streams, fc.array(fc.nat(), { maxLength: 20 }), (stream, cuts) => {
        const options = { words: WORDS, maxFrameBytes: 20 };
        expect(split(stream, cuts, options)).toEqual(split(stream, [], options));
      }),
    );
  });

  it('copies no frame that came whole, and keeps no chunk for one that did not', () => {
    const chunk = frame(Uint8Array.of(1, 2, 3));
    const splitter = new FrameSplitter();
    const [whole] = splitter.push(chunk);
    expect(whole).toEqual({ type: 'frame', bytes: Uint8Array.of(1, 2, 3) });
    expect(whole?.type === 'frame' && whole.bytes.buffer).toBe(chunk.buffer);
    const half = chunk.slice(0, 6);
    splitter.push(half);
    half.fill(9);
    const [joined] = splitter.push(chunk.subarray(6));
    expect(joined).toEqual({ type: 'frame', bytes: Uint8Array.of(1, 2, 3) });
  });

  it('takes the longest frame and refuses one byte more', () => {
    const longest = split(frame(new Uint8Array(MAX_FRAME_BYTES)), [7, 70_000]);
    expect(longest[0]).toMatchObject({ type: 'frame', bytes: { length: MAX_FRAME_BYTES } });
    expect(split(fromHex('00100000'), [])).toEqual([{ type: 'badLength', length: 0x100000 }]);
    expect(split(fromHex('ffffffff'), [])).toEqual([{ type: 'badLength', length: -1 }]);
  });

  it('is deaf after a bad length, but frames before it count', () => {
    const stream = concatBytes(
      frame(Uint8Array.of(5)),
      fromHex('80000000'),
      frame(new Uint8Array()),
    );
    expect(split(stream, [6])).toEqual([
      { type: 'frame', bytes: Uint8Array.of(5) },
      { type: 'badLength', length: -(2 ** 31) },
    ]);
  });

  it('knows words only at the start and only those given', () => {
    const options = { words: WORDS };
    const ruok = utf8Encode('ruok');
    expect(split(ruok, [1, 2, 3], options)).toEqual([{ type: 'word', word: 'ruok' }]);
    expect(split(ruok, [])).toMatchObject([{ type: 'badLength' }]);
    expect(split(utf8Encode('nope'), [], options)).toMatchObject([{ type: 'badLength' }]);
    const late = concatBytes(frame(Uint8Array.of(1)), ruok);
    expect(split(late, [], options)).toMatchObject([{ type: 'frame' }, { type: 'badLength' }]);
  });

  it('copies little when a long frame comes byte by byte', () => {
    const splitter = new FrameSplitter();
    const stream = frame(new Uint8Array(50_000).fill(1));
    let events = 0;
    for (const b of stream) events += splitter.push(Uint8Array.of(b)).length;
    expect(events).toBe(1);
  });
});
