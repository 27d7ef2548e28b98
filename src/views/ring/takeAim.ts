/** What a click, a key or a button does while servers are chosen for a fault. */

import { choose, splitLine } from '../../lab/aim.ts';
import type { ParticipantId } from '../../network/address.ts';
import type { LabHandles } from '../LabContext.ts';
import { serverIds } from './describe.ts';

/** False if nothing is chosen for now. */
export function takeAim({ choices, transcript }: LabHandles, id: ParticipantId): boolean {
  const { aim } = choices.getState();
  if (aim === null) return false;
  const { aim: next, line } = choose(aim, id);
  choices.setState({ aim: next });
  if (line !== null) void transcript.run(line);
  return true;
}

/** Cuts the chosen sides from each other. False if that is not what is chosen for, or too early. */
export function cutSides({ lab, choices, transcript }: LabHandles): boolean {
  const { aim } = choices.getState();
  if (aim?.type !== 'split') return false;
  const line = splitLine(serverIds(lab.ensemble.getState()), aim.others);
  if (line === null) return false;
  choices.setState({ aim: null });
  void transcript.run(line);
  return true;
}
