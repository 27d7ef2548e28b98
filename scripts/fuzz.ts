// npm run fuzz -- [--frames N] [--sockets N] [--files N] [--seed S]: damages that many client
// frames and files, and says what became of them. A failure names the seed of its round:
// `--seed THAT --frames 2000 --files 0 --sockets 0` shows it again.

import { parseArgs } from 'node:util';
import { DEFAULT_SERVE_OPTIONS } from '../src/hosts/tcp/ServeOptions.ts';
import { TcpEnsemble } from '../src/hosts/tcp/TcpEnsemble.ts';
import { fuzzFiles } from '../src/hosts/tcp/testing/fuzz/fuzzFiles.ts';
import { fuzzFrames } from '../src/hosts/tcp/testing/fuzz/fuzzFrames.ts';
import { fuzzSockets } from '../src/hosts/tcp/testing/fuzz/fuzzSockets.ts';
import { errorName } from '../src/protocol/errors.ts';

const FRAMES_PER_ROUND = 2_000;
const FILES_PER_ROUND = 200;
const PROGRESS_MS = 10_000;

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '1000000' },
    sockets: { type: 'string', default: '20000' },
    files: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
  },
});

/** Rounds of seeds from `seed` on, with a breath between them. */
async function rounds(
  what: string,
  total: number,
  perRound: number,
  round: (seed: number, count: number) => void,
): Promise<void> {
  const first = Number(values.seed);
  let shownMs = performance.now();
  for (let done = 0; done < total; done += perRound) {
    const seed = first + done / perRound;
    try {
      round(seed, Math.min(perRound, total - done));
    } catch (error) {
      throw new Error(`${what}, seed ${seed}: ${error instanceof Error ? error.message : error}`, {
        cause: error,
      });
    }
    if (performance.now() - shownMs > PROGRESS_MS) {
      shownMs = performance.now();
      console.log(`  ${done} ${what}`);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function frames(total: number): Promise<void> {
  const answers = new Map<number, number>();
  let closed = 0;
  let slowestMs = 0;
  await rounds('frames', total, FRAMES_PER_ROUND, (seed, count) => {
    const counts = fuzzFrames(seed, count);
    for (const [code, n] of counts.answers) answers.set(code, (answers.get(code) ?? 0) + n);
    closed += counts.closed;
    slowestMs = Math.max(slowestMs, counts.slowestMs);
  });
  const sorted = [...answers].sort(([, a], [, b]) => b - a);
  const told = sorted.map(([code, n]) => `${errorName(code)} ${n}`).join(', ');
  console.log(`${total} frames: ${told}; ${closed} connections closed`);
  console.log(`  the slowest took ${slowestMs.toFixed(0)} ms`);
}

async function sockets(total: number): Promise<void> {
  const options = { ...DEFAULT_SERVE_OPTIONS, servers: 2, port: 0, maxClientCnxns: 0 };
  const ensemble = await TcpEnsemble.start({ ...options, seed: Number(values.seed) }, (message) => {
    throw new Error(message);
  });
  const ports = [...ensemble.servers.values()].map(({ port }) => port.port);
  const counts = await fuzzSockets(Number(values.seed), total, ports);
  ensemble.close();
  console.log(`${counts.frames} frames over sockets: ${counts.closed} connections closed`);
}

async function files(total: number): Promise<void> {
  const sum = { served: 0, refused: 0, waiting: 0 };
  await rounds('files', total, FILES_PER_ROUND, (seed, count) => {
    const { served, refused, waiting } = fuzzFiles(seed, count);
    sum.served += served;
    sum.refused += refused;
    sum.waiting += waiting;
  });
  const { served, refused, waiting } = sum;
  console.log(`${total} files: ${served} served, ${refused} refused, ${waiting} without a quorum`);
}

await frames(Number(values.frames));
if (Number(values.sockets) > 0) await sockets(Number(values.sockets));
await files(Number(values.files));
const { rss, heapUsed } = process.memoryUsage();
console.log(`memory at the end: ${rss >> 20} MB, of which heap ${heapUsed >> 20} MB`);
process.exit(0);
