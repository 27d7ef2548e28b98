/** A run as a link, and back. */

import { formatClock, plural } from '../format.ts';
import { Arguments } from './Arguments.ts';
import { type Command, done, failed } from './command.ts';

const share: Command = {
  name: 'share',
  group: 'time',
  usage: 'share',
  summary:
    'A link to this run up to now, which is also put on the clipboard: whoever opens it has the ' +
    'same run at the same moment, executed again. The run is in the link itself, after the #, ' +
    'which is sent to no host.',
  run: async (lab, words) => {
    new Arguments(words).end();
    const { packRun } = await import('../run/runLink.ts');
    const { run, traceHash } = await lab.time.here();
    const packed = await packRun({ run, traceHash, build: lab.host.build });
    if (!packed.ok) return failed(packed.error);
    const link = lab.host.address + packed.value;
    const isCopied = await lab.host.copy(link);
    const what = `up to ${formatClock(run.endUs)}, with ${plural(run.actions.length, 'action')}`;
    const text = `${isCopied ? 'Copied. ' : ''}This run ${what}, as a link:\n${link}`;
    return done(text, { link, isCopied, nowUs: run.endUs, traceHash });
  },
};

const open: Command = {
  name: 'open',
  group: 'time',
  usage: 'open link',
  summary:
    'Opens a run that somebody shared, at its last moment, and says whether it is still the same. ' +
    'This run is kept as a branch.',
  run: async (lab, words) => {
    const args = new Arguments(words);
    const link = args.next('a link that share made');
    args.end();
    const { openLink } = await import('./openLink.ts');
    return openLink(lab, link);
  },
};

export const SHARE_COMMANDS: readonly Command[] = [share, open];
