/**
 * One round of damaged client frames: whatever comes, the connection is answered as its request
 * demands or closed, nobody else notices, and no more memory is taken than the bytes are worth.
 */

import { concatBytes, toHex } from '../../../../base/bytes.ts';
import { Prng } from '../../../../base/prng.ts';
import { mutateBytes } from '../../../../base/testing/mutateBytes.ts';
import { encode } from '../../../../protocol/codec.ts';
import { frame } from '../../../../protocol/frames.ts';
import { ConnectRequest } from '../../../../protocol/records.ts';
import { exampleOf } from '../../../../protocol/testing/exampleOf.ts';
import type { SaslConfig, ServerConfig } from '../../../../server/config.ts';
import { FOUR_LETTER_WORDS } from '../../../../server/pipeline/FourLetterWords.ts';
import { checkReply } from './checkReply.ts';
import { type FuzzedClient, FuzzedEnsemble } from './FuzzedEnsemble.ts';
import { MemoryWatch } from './MemoryWatch.ts';
import { Requests } from './Requests.ts';
import { Witness } from './Witness.ts';

const CLIENTS = 3;
const FRAMES_PER_CHECK = 40;

export interface FrameCounts {
  frames: number;
  /** Requests that were answered, by error code. */
  readonly answers: Map<number, number>;
  closed: number;
  slowestMs: number;
}

/** Throws what went wrong, with the bytes that did it. */
export function fuzzFrames(seed: number, count: number): FrameCounts {
  const round = new Round(seed);
  round.run(count);
  return round.counts;
}

class Round {
  readonly counts: FrameCounts = { frames: 0, answers: new Map(), closed: 0, slowestMs: 0 };
  private readonly random: Prng;
  private readonly ensemble: FuzzedEnsemble;
  private readonly requests: Requests;
  private readonly witnesses: readonly Witness[];
  private readonly memory = new MemoryWatch();
  private readonly clients: FuzzedClient[] = [];
  private last: Uint8Array = new Uint8Array(0);

  constructor(seed: number) {
    this.random = new Prng(seed);
    this.requests = new Requests(this.random);
    this.ensemble = new FuzzedEnsemble(configOf(this.random));
    this.witnesses = [1, 2].map((sid) => new Witness(this.ensemble.connect(sid)));
  }

  run(count: number): void {
    try {
      for (let i = 1; i <= count; i++) {
        const startedMs = performance.now();
        this.once();
        this.counts.slowestMs = Math.max(this.counts.slowestMs, performance.now() - startedMs);
        if (i % FRAMES_PER_CHECK === 0 || i === count) this.check();
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const { frames } = this.counts;
      throw new Error(`frame ${frames}: ${why}; sent ${toHex(this.last.subarray(0, 2000))}`, {
        cause: error,
      });
    }
  }

  private once(): void {
    this.counts.frames += 1;
    const { random } = this;
    const draw = random.below(1000);
    if (draw < 40) this.sendWord();
    else if (draw < 80) this.sendFirstFrame();
    else if (draw < 160) this.sendStream();
    else if (draw === 999 && random.chance(500)) this.sendRequest(this.requests.nextLong(), true);
    else this.sendRequest(this.requests.next(), draw < 300);
    const { crashes } = this.ensemble.servers;
    if (crashes.length > 0) throw new Error(crashes.join('; '));
  }

  private sendWord(): void {
    const { random } = this;
    const word = new TextEncoder().encode(random.pick([...FOUR_LETTER_WORDS]));
    const client = this.ensemble.open(1 + random.below(2), true);
    this.last = random.chance(500) ? word : mutateBytes(random, word);
    client.write(this.last);
    client.end();
    this.mustBeClosed(client);
  }

  private sendFirstFrame(): void {
    const { random } = this;
    const client = this.ensemble.open(1 + random.below(2));
    this.last = mutateBytes(random, encode(ConnectRequest, exampleOf(ConnectRequest, random)));
    client.sendFrame(this.last);
    if (client.isClosed) this.counts.closed += 1;
    else if (client.socket.received.length !== 1) throw new Error('no ConnectResponse');
    client.end();
    this.mustBeClosed(client);
  }

  /** Lengths are damaged as well, and the bytes come in pieces. */
  private sendStream(): void {
    const { random } = this;
    const client = this.connect();
    const frames = Array.from({ length: 1 + random.below(4) }, () => frame(this.requests.next()));
    this.last = mutateBytes(random, concatBytes(...frames));
    for (let at = 0; at < this.last.length; ) {
      const end = at + 1 + random.below(random.chance(500) ? 8 : this.last.length);
      client.write(this.last.slice(at, end));
      at = end;
    }
    client.end();
    this.mustBeClosed(client);
  }

  private sendRequest(whole: Uint8Array, isWhole: boolean): void {
    const client = this.someClient();
    this.last = isWhole ? whole : mutateBytes(this.random, whole);
    const before = client.socket.received.length;
    client.sendFrame(this.last);
    const received = client.socket.received.splice(before);
    const code = checkReply(this.last, received, client.isClosed);
    client.socket.received.length = 0;
    const { answers } = this.counts;
    if (code !== null) answers.set(code, (answers.get(code) ?? 0) + 1);
    if (client.isClosed) this.counts.closed += 1;
  }

  private someClient(): FuzzedClient {
    const { random, clients } = this;
    const at = random.below(CLIENTS);
    const client = clients[at];
    if (client !== undefined && !client.isClosed) return client;
    const opened = this.connect();
    clients[at] = opened;
    return opened;
  }

  private connect(): FuzzedClient {
    return this.ensemble.connect(1 + this.random.below(2));
  }

  private mustBeClosed(client: FuzzedClient): void {
    client.settle();
    if (!client.isClosed) throw new Error('the connection is still open');
  }

  /** Everybody else is served as ever. */
  private check(): void {
    const { ensemble, random, witnesses } = this;
    ensemble.servers.advance(random.below(1500));
    ensemble.settle();
    if (!ensemble.servers.areServing) throw new Error('no quorum any more');
    for (const witness of witnesses) witness.check(random.below(1000));
    this.memory.check();
  }
}

function saslOf(random: Prng): SaslConfig {
  const users = [{ name: 'bob', password: 'secret' }];
  return { users, superUsers: ['bob'], allowFailedClients: random.chance(500) };
}

function configOf(random: Prng): Partial<ServerConfig> {
  return {
    seed: random.next32(),
    superDigest: 'super:D/InIHSb7yEEbrWz8b9l71RjZJU=',
    snapCount: 300,
    commitLogCount: 50,
    extendedTypesEnabled: random.chance(700),
    enforceQuota: random.chance(500),
    reconfigEnabled: random.chance(500),
    localSessionsEnabled: random.chance(200),
    localSessionsUpgradingEnabled: random.chance(500),
    eagerACLCheckEnabled: random.chance(300),
    sasl: random.chance(500) ? saslOf(random) : null,
  };
}
