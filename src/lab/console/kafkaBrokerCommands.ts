/** Brokers come and go. */

import type { ParticipantId } from '../../network/address.ts';
import { kafkaOf } from '../kafka.ts';
import type { Lab } from '../Lab.ts';
import { CLIENTS_MAX } from '../Lab.ts';
import { DEFAULT_CLIENT } from '../settings.ts';
import { Arguments, toInteger } from './Arguments.ts';
import { done, type ExecResult, failed } from './command.ts';
import { brokerNames, brokersOf, findBroker, type KafkaWord } from './kafkaTargets.ts';

const BROKERS = { min: 1, max: 9 };
const TIMEOUT_MS = { min: 1_000, max: 60_000 };

/** Brokers 1 to n: those that run go on, those that are down are started, others are added. */
async function start(lab: Lab, words: readonly string[]): Promise<ExecResult> {
  const args = new Arguments(words, { valued: ['--timeout'] });
  const count = toInteger(args.optional() ?? '3', 'a number of brokers', BROKERS);
  const sessionTimeoutMs =
    args.integerOption('--timeout', TIMEOUT_MS) ?? DEFAULT_CLIENT.sessionTimeoutMs;
  args.end();
  const started: string[] = [];
  for (let id = 1; id <= count; id++) {
    const problem = await startOne(lab, id, sessionTimeoutMs);
    if (problem === 'runs') continue;
    if (problem !== null) return failed(problem);
    started.push(`${id}`);
  }
  if (started.length === 0) return done(`Brokers 1 to ${count} run already.`, []);
  return done(`broker ${started.join(', ')} started`, started.map(Number));
}

/** Null when it has been told to start; `runs` if it runs; else why it cannot. */
async function startOne(lab: Lab, id: number, sessionTimeoutMs: number): Promise<string | null> {
  const known = brokersOf(lab).find((broker) => broker.id === id);
  if (known !== undefined && known.process !== 'down') return 'runs';
  const { client = null } = known ?? {};
  const host = await hostFor(lab, client, sessionTimeoutMs);
  if (typeof host === 'object') return host.problem;
  const told = await lab.tell(host, 'kafkaBroker', { id });
  return told.ok ? null : told.error;
}

/** A running client: the one that it was before, its disk included, or a new one. */
async function hostFor(
  lab: Lab,
  before: ParticipantId | null,
  sessionTimeoutMs: number,
): Promise<ParticipantId | { readonly problem: string }> {
  if (before !== null) {
    if (lab.ensemble.getState().clients[before] !== undefined) return before;
    const restarted = await lab.act({ type: 'restart', target: before });
    if (restarted.ok) return before;
  }
  const client = lab.nextClientId();
  if (client === null) return { problem: `There are ${CLIENTS_MAX} clients already.` };
  const options = { ...DEFAULT_CLIENT, sessionTimeoutMs, meetsClients: true };
  const added = await lab.act({ type: 'addClient', client, ...options });
  return added.ok ? client : { problem: added.error };
}

async function stop(lab: Lab, words: readonly string[]): Promise<ExecResult> {
  new Arguments(words).end();
  const running = brokersOf(lab).filter(({ process }) => process === 'up');
  if (running.length === 0) return done('No broker runs.', []);
  for (const { client } of running) if (client !== null) await lab.tell(client, 'kafkaStop', {});
  const ids = running.map(({ id }) => id);
  return done(`broker ${ids.join(', ')} stopped; topics and logs stay`, ids);
}

async function restart(lab: Lab, words: readonly string[]): Promise<ExecResult> {
  const args = new Arguments(words);
  const { id } = findBroker(lab, args.next('a broker such as 1'));
  args.end();
  const problem = await startOne(lab, id, DEFAULT_CLIENT.sessionTimeoutMs);
  if (problem === 'runs') return failed(`Broker ${id} runs already.`);
  return problem === null ? done(`broker ${id} is started again`, id) : failed(problem);
}

async function shutdown(lab: Lab, words: readonly string[]): Promise<ExecResult> {
  const args = new Arguments(words);
  const { id, client, process } = findBroker(lab, args.next('a broker such as 1'));
  args.end();
  if (process !== 'up') return failed(`Broker ${id} is ${process}.`);
  const { ok, error } = await lab.command(client, 'kafkaShutdown', {});
  return ok ? done(`broker ${id} has handed over and left`, id) : failed(error);
}

/** What happens to the process of a broker. */
function fault(type: 'kill' | 'pause' | 'resume', said: string): KafkaWord['run'] {
  return async (lab, words) => {
    const args = new Arguments(words);
    const { id, client } = findBroker(lab, args.next('a broker such as 1'));
    args.end();
    const isController = kafkaOf(lab)?.controller === id;
    const taken = await lab.act({ type, target: client });
    if (!taken.ok) return failed(taken.error);
    return done(`broker ${id} ${said}${isController ? '; it was the controller' : ''}`, id);
  };
}

const completeBroker: KafkaWord['complete'] = (lab, words) =>
  words.length === 0 ? [...brokerNames(lab), 'controller'] : [];

export const BROKER_WORDS: readonly (readonly [string, KafkaWord])[] = [
  ['start', { usage: 'start [n] [--timeout ms]', run: start, complete: () => [] }],
  ['stop', { usage: 'stop', run: stop, complete: () => [] }],
  [
    'kill',
    {
      usage: 'kill broker',
      run: fault('kill', 'is killed; its session lives until it times out'),
      complete: completeBroker,
    },
  ],
  ['restart', { usage: 'restart broker', run: restart, complete: completeBroker }],
  [
    'pause',
    {
      usage: 'pause broker',
      run: fault('pause', 'is paused: it hears and says nothing'),
      complete: completeBroker,
    },
  ],
  ['resume', { usage: 'resume broker', run: fault('resume', 'goes on'), complete: completeBroker }],
  ['shutdown', { usage: 'shutdown broker', run: shutdown, complete: completeBroker }],
];
