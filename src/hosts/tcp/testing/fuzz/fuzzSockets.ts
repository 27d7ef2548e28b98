/**
 * Damaged frames over real sockets, many connections at once: each is answered or closed, and
 * somebody else's connection is served all the while.
 */

import { Prng } from '../../../../base/prng.ts';
import { mutateBytes } from '../../../../base/testing/mutateBytes.ts';
import { frame } from '../../../../protocol/frames.ts';
import { Xid } from '../../../../protocol/opcodes.ts';
import { encodeRequest } from '../../../../protocol/requests.ts';
import { RawClient } from '../RawClient.ts';
import { Requests } from './Requests.ts';

const CONNECTIONS = 20;
/** Far more than any answer takes. */
const HANG_MS = 30_000;
const PING = frame(encodeRequest(Xid.ping, { type: 'ping' }));

export interface SocketCounts {
  frames: number;
  closed: number;
}

/** `ports` of an ensemble that serves. Throws if a connection hangs or the witness notices. */
export async function fuzzSockets(
  seed: number,
  count: number,
  ports: readonly number[],
): Promise<SocketCounts> {
  const counts: SocketCounts = { frames: 0, closed: 0 };
  const witness = await RawClient.connect(ports[0] ?? 0);
  await witness.create('/witness', 'fine');
  const one = async (i: number) => {
    const random = new Prng(seed * CONNECTIONS + i);
    while (counts.frames < count) await fuzzConnection(random, random.pick(ports), count, counts);
  };
  const all = Promise.all(Array.from({ length: CONNECTIONS }, (_, i) => one(i)));
  const isDone = all.then(() => true);
  do {
    const read = await inTime(witness.get('/witness'), 'the witness waits');
    if (read !== 'fine') throw new Error(`the witness reads ${read}`);
  } while (!(await Promise.race([isDone, new Promise((resolve) => setTimeout(resolve, 20))])));
  witness.end();
  return counts;
}

/** Until the server closes it. */
async function fuzzConnection(
  random: Prng,
  port: number,
  count: number,
  counts: SocketCounts,
): Promise<void> {
  const requests = new Requests(random);
  const client = await inTime(RawClient.connect(port), 'no session');
  let isOpen = true;
  const closed = client.closed.then(() => {
    isOpen = false;
  });
  while (isOpen && counts.frames < count) {
    counts.frames += 1;
    const whole = requests.next();
    if (random.chance(50)) {
      // Its length lies: nobody knows where the next begins.
      client.socket.end(mutateBytes(random, frame(whole)));
      await inTime(closed, 'not closed');
    } else {
      client.socket.write(frame(random.chance(150) ? whole : mutateBytes(random, whole)));
      client.socket.write(PING);
      await inTime(Promise.race([closed, untilPong(client)]), 'no answer');
    }
  }
  if (!isOpen) counts.closed += 1;
  client.end();
}

async function untilPong(client: RawClient): Promise<void> {
  try {
    for (;;) {
      const payload = await client.next();
      if (
        payload.length === 16 &&
        new DataView(payload.buffer, payload.byteOffset).getInt32(0) === Xid.ping
      )
        return;
    }
  } catch {
    // It was closed.
  }
}

function inTime<T>(promise: Promise<T>, problem: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(() => reject(new Error(problem)), HANG_MS);
    promise.then(resolve, reject).finally(() => clearTimeout(timeout));
  });
}
