/** Two-phase commit: all sites learn of one decision, whoever dies. */

import { utf8Decode } from '../../base/utf8.ts';
import type { ClientContext } from '../../client/ClientContext.ts';
import { isKeeperError } from '../../client/KeeperError.ts';
import { TwoPhaseCoordinator } from '../../recipes/TwoPhaseCoordinator.ts';
import { TwoPhaseSite } from '../../recipes/TwoPhaseSite.ts';
import type { Verdict } from '../../recipes/twoPhase.ts';
import type { RecipeCase, RecipeCheck } from './RecipeCase.ts';
import { attempt, note, noteIn, untilDone } from './RecipeCase.ts';
import type { ServiceTree } from './ServiceTree.ts';

const SITES = ['C2', 'C3', 'C4'];
const TRANSACTIONS = 4;

const pathOf = (tx: number): string => `/tx/${tx}`;

export type Recover = (context: ClientContext, path: string) => Promise<Verdict>;

const recoverWell: Recover = (context, path) =>
  new TwoPhaseCoordinator(context, path).recover({ timeoutMs: 300 });

export const twoPhaseCommit = (recover: Recover = recoverWell): RecipeCase => ({
  name: 'twoPhaseCommit',
  clientCount: 1 + SITES.length,
  work: async (context, { index, name }) => {
    for (let tx = 1; tx <= TRANSACTIONS; tx++) {
      if (index === 0) await coordinate(context, pathOf(tx));
      else await takePart(context, pathOf(tx), name, recover);
    }
  },
  check: () => new TwoPhaseCheck(),
});

/** Dies half-way now and then; the sites must be able to do without. */
async function coordinate(context: ClientContext, path: string): Promise<void> {
  const coordinator = new TwoPhaseCoordinator(context, path);
  await untilDone(context, async () => {
    try {
      await coordinator.begin(SITES);
    } catch (error) {
      // Begun with a session that has ended since: recovered by the sites.
      if (!isKeeperError(error, 'NODEEXISTS')) throw error;
    }
  });
  await context.sleep(context.random.between(1, 400));
  if (context.random.chance(500)) return context.zk.close();
  await attempt(context, async () => {
    await coordinator.decide({ timeoutMs: context.random.between(100, 1500) });
  });
}

async function takePart(
  context: ClientContext,
  path: string,
  name: string,
  recover: Recover,
): Promise<void> {
  const { random } = context;
  const site = new TwoPhaseSite(context, path, name);
  const vote: Verdict = random.chance(850) ? 'commit' : 'abort';
  for (let exists = false; !exists; ) {
    await untilDone(context, async () => {
      exists = (await context.zk.exists(path)) !== null;
    });
    await context.sleep(random.between(10, 100));
  }
  if (random.chance(900)) await untilDone(context, () => site.vote(vote));
  let verdict: Verdict | null = null;
  await attempt(context, async () => {
    const outcome = await context.within(1000, site.outcome());
    if (outcome !== 'timeout') verdict = outcome;
  });
  await untilDone(context, async () => {
    verdict ??= await recover(context, path);
  });
  note(context, 'outcome', [path, verdict]);
}

class TwoPhaseCheck implements RecipeCheck {
  private readonly verdicts = new Map<string, string>();

  observe(event: Parameters<RecipeCheck['observe']>[0], tree: ServiceTree): string | null {
    const told = noteIn(event);
    if (told?.word !== 'outcome') return null;
    const [path, verdict] = told.value as readonly [string, string];
    const before = this.verdicts.get(path) ?? verdict;
    this.verdicts.set(path, before);
    if (before !== verdict) return `${event.who} has ${verdict} for ${path}, another ${before}`;
    if (verdict === 'abort') return null;
    const other = SITES.find((site) => {
      const vote = tree.get(`${path}/${site}`);
      return vote === undefined || utf8Decode(vote.data) !== 'commit';
    });
    return other === undefined ? null : `${path} is committed without the vote of ${other}`;
  }

  atEnd(): string | null {
    return this.verdicts.size === TRANSACTIONS ? null : `${this.verdicts.size} were decided`;
  }
}
