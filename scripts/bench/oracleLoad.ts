/**
 * The load generator of `npm run bench -- oracle`, a process of its own: it speaks the protocol by
 * hand to any ensemble and prints one line of JSON.
 *   oracleLoad.ts set|get --connect HOST:PORT,... [--connections 3] [--outstanding 256]
 *     [--bytes 100] [--warm-up-ms 1000] [--measure-ms 3000] [--pids 1,2,3]
 *   oracleLoad.ts fill --connect HOST:PORT,... --znodes 100000 [--bytes 100]
 */

import { parseArgs } from 'node:util';
import { OPEN_ACL_UNSAFE } from '../../src/protocol/acl.ts';
import type { ClientRequest } from '../../src/protocol/requests.ts';
import { cpuSecondsOf } from './cpuSecondsOf.ts';
import { LoadConnection } from './LoadConnection.ts';
import { quantile } from './table.ts';

export interface LoadResult {
  readonly operationsPerSecond: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Of the servers, for one operation; null where the system does not tell. */
  readonly cpuUs: number | null;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    connect: { type: 'string' },
    connections: { type: 'string', default: '3' },
    outstanding: { type: 'string', default: '256' },
    bytes: { type: 'string', default: '100' },
    'warm-up-ms': { type: 'string', default: '1000' },
    'measure-ms': { type: 'string', default: '3000' },
    pids: { type: 'string', default: '' },
    znodes: { type: 'string', default: '100000' },
  },
});
const servers = (values.connect ?? '127.0.0.1:2181').split(',');
const outstanding = Number(values.outstanding);
const data = new Uint8Array(Number(values.bytes)).fill(120);
const ROOT = '/bench';

const create = (path: string): ClientRequest => ({
  type: 'create',
  path,
  data,
  acl: OPEN_ACL_UNSAFE,
  flags: 0,
});

async function main(): Promise<void> {
  const connections: LoadConnection[] = [];
  for (let i = 0; i < Number(values.connections); i++) {
    connections.push(await LoadConnection.open(servers[i % servers.length] ?? ''));
  }
  const [mode] = positionals;
  if (mode === 'fill') return await fill(connections, Number(values.znodes));
  if (mode !== 'set' && mode !== 'get') throw new Error('set, get or fill?');
  await connections[0]?.ask(create(ROOT));
  for (const [i, connection] of connections.entries()) {
    await connection.ask(create(`${ROOT}/${i}`));
    // What a server does not know yet cannot be read there.
    await connection.ask({ type: 'sync', path: ROOT });
  }
  console.log(JSON.stringify(await measure(connections, mode)));
}

async function measure(
  connections: readonly LoadConnection[],
  mode: 'set' | 'get',
): Promise<LoadResult> {
  for (const [i, connection] of connections.entries()) {
    const path = `${ROOT}/${i}`;
    const request: ClientRequest =
      mode === 'get'
        ? { type: 'getData', path, watch: false }
        : { type: 'setData', path, data, version: -1 };
    connection.repeat(request, outstanding);
  }
  const pids = values.pids.split(',').filter(Boolean).map(Number);
  await sleep(Number(values['warm-up-ms']));
  const [startMs, startCpu] = [performance.now(), cpuSecondsOf(pids)];
  for (const connection of connections) connection.latenciesMs.length = 0;
  await sleep(Number(values['measure-ms']));
  const [endMs, endCpu] = [performance.now(), cpuSecondsOf(pids)];
  const latenciesMs = connections.flatMap((it) => it.latenciesMs.slice());
  for (const connection of connections) connection.close();
  const hasCpu = startCpu !== null && endCpu !== null && latenciesMs.length > 0;
  return {
    operationsPerSecond: (latenciesMs.length / (endMs - startMs)) * 1000,
    medianMs: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    cpuUs: hasCpu ? ((endCpu - startCpu) / latenciesMs.length) * 1e6 : null,
  };
}

/** `/bench-fill/00000` to its end, one parent for 1,000. */
async function fill(connections: readonly LoadConnection[], count: number): Promise<void> {
  const parents = Math.ceil(count / 1000);
  const [first] = connections;
  await first?.ask(create(`${ROOT}-fill`));
  for (let parent = 0; parent < parents; parent++) {
    const path = `${ROOT}-fill/${parent}`;
    const size = Math.min(1000, count - parent * 1000);
    await first?.askAll([
      create(path),
      ...Array.from({ length: size }, (_, i) => create(`${path}/${i}`)),
    ]);
  }
  console.log(JSON.stringify({ znodes: count }));
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

await main();
process.exit();
