import { describe, expect, test } from 'vitest';
import { ATTEMPTS_MAX, DIAL_TIMEOUT_US, RETRANSMIT_US, UNSENT_MAX } from './NetworkStack.ts';
import { connectedPair, Wire } from './testing/Wire.ts';

const SECOND = 1_000_000;

describe('connections', () => {
  test('SYN, ACCEPT, then both ends know', () => {
    const wire = new Wire('S1', 'S2');
    wire.stack('S1').dial('S2', 'election');
    wire.runUntil(SECOND);
    expect(wire.told).toEqual(['S2 accepted', 'S1 connected']);
    const kinds = wire.trace.flatMap((event) => (event.type === 'messageSent' ? [event.kind] : []));
    expect(kinds).toEqual(['SYN', 'ACCEPT']);
  });

  test('are FIFO although each message draws its own latency', () => {
    const wire = connectedPair();
    const texts = Array.from({ length: 200 }, (_, i) => `${i}`);
    for (const [i, text] of texts.entries()) {
      wire.runUntil(100_000 + i * 100);
      wire.say('S1', text);
    }
    wire.runUntil(SECOND);
    expect(wire.told).toEqual(texts.map((text) => `S2 ${text}`));
  });

  test('close after what was sent has arrived; the closing side is told nothing', () => {
    const wire = connectedPair();
    wire.say('S1', 'last');
    wire.stack('S1').close(wire.connection('S1'));
    wire.say('S1', 'too late');
    wire.runUntil(SECOND);
    expect(wire.told).toEqual(['S2 last', 'S2 disconnected']);
  });

  test('data for a connection that is not there is answered by RST', () => {
    const wire = connectedPair();
    wire.stack('S2').close(wire.connection('S2'));
    wire.say('S1', 'crosses the FIN');
    wire.runUntil(SECOND);
    expect(wire.told).toEqual(['S1 disconnected']);
    const last = wire.trace.findLast((event) => event.type === 'messageSent');
    expect(last).toMatchObject({ who: 'S2', kind: 'RST' });
  });
});

describe('a cut link', () => {
  test('lets nothing pass; after heal the next retransmission goes through, in order', () => {
    const wire = connectedPair();
    wire.setLink('S1', 'S2', { cut: true });
    wire.say('S1', 'a');
    wire.say('S1', 'b');
    wire.runUntil(500_000);
    expect(wire.told).toEqual([]);
    wire.setLink('S1', 'S2', { cut: false });
    // Sent at 100 ms, again 200 and 600 ms later.
    wire.runUntil(100_000 + 3 * RETRANSMIT_US);
    expect(wire.told).toEqual([]);
    wire.runUntil(SECOND);
    expect(wire.told).toEqual(['S2 a', 'S2 b']);
    const lost = wire.trace.filter((event) => event.type === 'messageLost');
    expect(lost.map(({ atUs }) => atUs)).toEqual([100_000, 300_000]);
  });

  test('is cut one way only', () => {
    const wire = connectedPair();
    wire.setLink('S1', 'S2', { cut: true });
    wire.say('S2', 'hello');
    wire.runUntil(SECOND);
    expect(wire.told).toEqual(['S1 hello']);
  });

  test('fails a dial after its timeout', () => {
    const wire = new Wire('S1', 'S2');
    wire.setLink('S1', 'S2', { cut: true });
    wire.stack('S1').dial('S2', 'quorum');
    wire.runUntil(DIAL_TIMEOUT_US - 1);
    expect(wire.told).toEqual([]);
    wire.runUntil(DIAL_TIMEOUT_US);
    expect(wire.told).toEqual(['S1 refused']);
  });

  test('breaks a connection in the end', () => {
    const wire = connectedPair();
    wire.setLink('S1', 'S2', { cut: true });
    wire.say('S1', 'a');
    wire.runUntil(60 * SECOND);
    expect(wire.told).toEqual(['S1 disconnected']);
    expect(wire.trace.filter(({ type }) => type === 'messageLost')).toHaveLength(ATTEMPTS_MAX + 1);
  });

  test('breaks a connection behind which too much waits', () => {
    const wire = connectedPair();
    wire.setLink('S1', 'S2', { cut: true });
    for (let i = 0; i < UNSENT_MAX; i++) wire.say('S1', 'x');
    wire.runUntil(200_000);
    expect(wire.told).toEqual([]);
    wire.say('S1', 'one too many');
    wire.runUntil(200_000);
    expect(wire.told).toEqual(['S1 disconnected']);
  });
});

describe('a held link', () => {
  test('keeps what is sent, for however long, and sends it in order when released', () => {
    const wire = connectedPair();
    wire.setLink('S1', 'S2', { held: true });
    wire.say('S1', 'a');
    wire.runUntil(400 * SECOND);
    wire.say('S1', 'b');
    wire.say('S2', 'the other way works');
    wire.runUntil(500 * SECOND);
    expect(wire.told).toEqual(['S1 the other way works']);
    wire.setLink('S1', 'S2', { held: false });
    wire.runUntil(501 * SECOND);
    expect(wire.told.slice(1)).toEqual(['S2 a', 'S2 b']);
    expect(wire.trace.filter(({ type }) => type === 'messageLost')).toEqual([]);
  });

  test('what is sent after it was released does not overtake what stood still', () => {
    const wire = connectedPair();
    wire.say('S1', 'stood still');
    const { lastArriveUs } = wire.connection('S1');
    wire.setLink('S1', 'S2', { held: true });
    wire.runUntil(wire.nowUs + SECOND);
    wire.setLink('S1', 'S2', { held: false });
    expect(wire.connection('S1').lastArriveUs).toBe(lastArriveUs + SECOND);
  });

  test('a closed connection goes when what waited has passed', () => {
    const wire = connectedPair();
    wire.setLink('S1', 'S2', { held: true });
    wire.say('S1', 'last');
    wire.stack('S1').close(wire.connection('S1'));
    wire.runUntil(60 * SECOND);
    wire.setLink('S1', 'S2', { held: false });
    wire.runUntil(61 * SECOND);
    expect(wire.told).toEqual(['S2 last', 'S2 disconnected']);
  });
});

describe('a lossy link', () => {
  test('loses about as many as it says, and delivers all in order', () => {
    const wire = connectedPair();
    wire.setLink('S1', 'S2', { lossPercent: 20 });
    const texts = Array.from({ length: 500 }, (_, i) => `${i}`);
    for (const [i, text] of texts.entries()) {
      wire.runUntil(100_000 + i * SECOND);
      wire.say('S1', text);
    }
    wire.runUntil(600 * SECOND);
    expect(wire.told).toEqual(texts.map((text) => `S2 ${text}`));
    const lost = wire.trace.filter(({ type }) => type === 'messageLost').length;
    expect(lost).toBeGreaterThan(80);
    expect(lost).toBeLessThan(180);
  });
});

describe('a process that is gone', () => {
  test('its machine refuses a dial one round trip later', () => {
    const wire = new Wire('S1', 'S2');
    wire.setPeer('S2', 'down', 1);
    wire.stack('S1').dial('S2', 'quorum');
    wire.runUntil(19_999);
    expect(wire.told).toEqual([]);
    wire.runUntil(28_000);
    expect(wire.told).toEqual(['S1 refused']);
  });

  test('a SYN that is on its way when it dies is refused as well', () => {
    const wire = new Wire('S1', 'S2');
    wire.stack('S1').dial('S2', 'quorum');
    wire.runUntil(5_000);
    wire.remove('S2');
    wire.setPeer('S2', 'down', 1);
    wire.runUntil(28_000);
    expect(wire.told).toEqual(['S1 refused']);
  });

  test('resets its connections, after what it had sent', () => {
    const wire = connectedPair();
    wire.say('S2', 'last words');
    wire.stack('S2').resetAll();
    wire.setPeer('S2', 'down', 1);
    wire.runUntil(SECOND);
    expect(wire.told).toEqual(['S1 last words', 'S1 disconnected']);
  });

  test('a reset that was lost is made up for when the peer next speaks', () => {
    const wire = connectedPair();
    wire.setLink('S2', 'S1', { cut: true });
    wire.stack('S2').resetAll();
    wire.remove('S2');
    wire.setPeer('S2', 'down', 1);
    wire.runUntil(SECOND);
    expect(wire.told).toEqual([]);
    wire.setLink('S2', 'S1', { cut: false });
    wire.say('S1', 'anyone?');
    wire.runUntil(SECOND + 28_000);
    expect(wire.told).toEqual(['S1 disconnected']);
  });

  test('without power it tells nobody, and a dial times out', () => {
    const wire = connectedPair();
    wire.remove('S2');
    wire.setPeer('S2', 'off', 1);
    wire.say('S1', 'anyone?');
    wire.stack('S1').dial('S2', 'election');
    wire.runUntil(DIAL_TIMEOUT_US + 99_999);
    expect(wire.told).toEqual([]);
    wire.runUntil(DIAL_TIMEOUT_US + 100_000);
    expect(wire.told).toEqual(['S1 refused']);
    expect(wire.trace.find(({ type }) => type === 'messageLost')).toMatchObject({ reason: 'down' });
  });

  test('news of an earlier life do not touch a later one', () => {
    const wire = new Wire('S1', 'S2');
    wire.setPeer('S2', 'up', 2);
    wire.setPeer('S2', 'down', 1);
    wire.stack('S1').dial('S2', 'quorum');
    wire.runUntil(SECOND);
    expect(wire.told).toEqual(['S2 accepted', 'S1 connected']);
  });
});
