/** Executes the run of a link up to its end, and says whether it is the one that was shared. */

import type { Lab } from '../Lab.ts';
import { unpackRun } from '../run/runLink.ts';
import { describeArrival, describeRun } from './branchCommands.ts';
import { done, type ExecResult, failed } from './command.ts';

/**
 * Time stands still then. Whatever is wrong with the link, the lab stays as it is, and the result
 * has no data.
 */
export async function openLink(lab: Lab, link: string): Promise<ExecResult> {
  const shared = await unpackRun(link);
  if (!shared.ok) return failed(`The link ${shared.error}.`);
  const { run, traceHash, build } = shared.value;
  const trouble = describeArrival(await lab.time.open(run));
  if (trouble !== null) return failed(trouble);
  const isSame = lab.traceHash === traceHash;
  const verdict = isSame
    ? `It is the same to the last event (trace ${traceHash}).`
    : `${describeOther(build, lab.host.build)}: the run differs from the one that was shared.`;
  const text = `The run that was shared: ${describeRun(run)}. ${verdict}`;
  return { ...done(text, { isSame, traceHash: lab.traceHash }), ok: isSame };
}

const describeOther = (build: string, here: string): string =>
  build === here
    ? 'Somebody has changed the link'
    : `The link was recorded by another version (${build}; this is ${here})`;
