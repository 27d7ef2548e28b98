/**
 * Unmodified clients against `npm run serve`: `npm run test:interop`.
 *   --only TEXT   only clients whose name contains it
 */

import { parseArgs } from 'node:util';
import type { Check, ClientUnderTest } from './ClientUnderTest.ts';
import { cClient } from './clients/cClient.ts';
import { crowd } from './clients/crowd.ts';
import { kazoo } from './clients/kazoo.ts';
import { nodeZookeeperClient } from './clients/nodeZookeeperClient.ts';
import { npmZookeeper } from './clients/npmZookeeper.ts';
import { ownClient } from './clients/ownClient.ts';
import { saslZkCli } from './clients/saslZkCli.ts';
import { zkCli } from './clients/zkCli.ts';
import { endServed, Served } from './Served.ts';
import { endTalks } from './Talk.ts';

const CLIENTS: readonly ClientUnderTest[] = [
  zkCli,
  saslZkCli,
  cClient,
  kazoo,
  nodeZookeeperClient,
  npmZookeeper,
  ownClient,
  crowd,
];
const CHECK_TIMEOUT_MS = 120_000;
/** Of everything, so that nobody waits for a run that hangs. */
const RUN_TIMEOUT_MS = 900_000;

const { values: options } = parseArgs({ options: { only: { type: 'string', default: '' } } });

/** How many checks failed. */
async function runClient(client: ClientUnderTest): Promise<number> {
  const missing = client.missing();
  if (missing !== null) {
    console.log(`skipped ${client.name}: not here (${missing})`);
    return 0;
  }
  const startMs = Date.now();
  let [passed, failed] = [0, 0];
  const served = await Served.start(client.serveOptions);
  const check: Check = async (name, body) => {
    try {
      await within(CHECK_TIMEOUT_MS, body);
      passed++;
    } catch (error) {
      failed++;
      console.log(`FAIL ${client.name}: ${name}\n${error instanceof Error ? error.stack : error}`);
    } finally {
      endTalks();
      await served.revive();
    }
  };
  try {
    await client.run(served, check);
  } finally {
    await served.stop();
  }
  const seconds = ((Date.now() - startMs) / 1000).toFixed(1);
  console.log(`${client.name}: ${passed} of ${passed + failed} checks pass, ${seconds} s`);
  return passed === 0 ? failed + 1 : failed;
}

async function within(ms: number, body: () => void | Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not done within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([body(), late]);
  } finally {
    clearTimeout(timer);
  }
}

process.on('exit', () => {
  endTalks();
  endServed();
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
setTimeout(() => {
  console.log(`FAIL not done within ${RUN_TIMEOUT_MS / 1000} s`);
  process.exit(1);
}, RUN_TIMEOUT_MS).unref();

let failures = 0;
for (const client of CLIENTS) {
  if (client.name.includes(options.only)) failures += await runClient(client);
}
process.exit(failures === 0 ? 0 : 1);
