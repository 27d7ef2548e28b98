/** Clients that believe they hold what the service has taken from them, in words. */

import { shortZxid } from '../../lab/format.ts';
import type { EnsembleState } from '../../lab/model.ts';
import { ParticipantButton } from '../inspector/ObjectButton.tsx';
import { useEnsemble, useHandles } from '../LabContext.ts';
import { stragglersIn } from './stragglersIn.ts';

const clientsOf = (state: EnsembleState) => state.clients;
const committedOf = (state: EnsembleState) => state.committedZxid;

/** `queuePath` null: of all queues. */
export function Stragglers({ queuePath }: { queuePath: string | null }) {
  const { lab } = useHandles();
  const clients = Object.values(useEnsemble(clientsOf));
  const tree = lab.recorder.history.treeAt(useEnsemble(committedOf));
  const stragglers = stragglersIn(clients, queuePath, (path) => tree.getNode(path) !== undefined);
  if (stragglers.length === 0) return null;
  return (
    <ul className="queue-stragglers">
      {stragglers.map(({ client, path, fence }) => (
        <li key={`${client} ${path}`}>
          <ParticipantButton id={client} /> still believes that it holds {path}, but its znode is
          gone. Whoever comes next has a number above its {shortZxid(fence)}: a resource that checks
          the fence refuses {client}.
        </li>
      ))}
    </ul>
  );
}
