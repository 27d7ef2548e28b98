/** A configuration with the version that each client runs; and a counter. */

import { shortZxid } from '../../lab/format.ts';
import type { ConfigView, CounterView, Follower } from '../../lab/recipes/values.ts';
import { DataTable } from '../DataTable.tsx';
import { ParticipantButton, ZxidButton } from '../inspector/ObjectButton.tsx';
import { CARDS_MAX, ConditionMark, Differs, More } from './parts.tsx';

export function ConfigRollOut({ view, path }: { view: ConfigView; path: string }) {
  const { current, followers } = view;
  const shown = followers.slice(0, CARDS_MAX);
  return (
    <>
      {current !== null && (
        <p className="value-now">
          <span className="muted">version {current.version}</span>
          <span className="mono value-text">{current.text}</span>
          <ZxidButton zxid={current.mzxid} />
        </p>
      )}
      {followers.length > 0 && (
        <DataTable label={`Followers of ${path}`} heads={['client', 'runs', 'beside the service']}>
          {shown.map((one) => (
            <FollowerRow key={one.client} follower={one} />
          ))}
        </DataTable>
      )}
      <More count={followers.length - shown.length} what="followers" />
    </>
  );
}

function FollowerRow({ follower }: { follower: Follower }) {
  const { client, version, mzxid, isStale, differs } = follower;
  const runs = version === null ? shortZxid(mzxid ?? 0) : `version ${version}`;
  return (
    <tr>
      <th scope="row">
        <ParticipantButton id={client} />
      </th>
      <td>
        <span className={isStale ? 'version version-stale' : 'version'}>{runs}</span>
      </td>
      <td>
        {differs === '' ? <span className="muted">the same</span> : <Differs>{differs}</Differs>}
      </td>
    </tr>
  );
}

export function CounterDial({ view, path }: { view: CounterView; path: string }) {
  const shown = view.clients.slice(0, CARDS_MAX);
  return (
    <>
      <p className="counter-value">{view.value ?? '–'}</p>
      {view.clients.length > 0 && (
        <DataTable
          label={`Who takes part in ${path}`}
          heads={['client', 'did last', 'beside the service']}
        >
          {shown.map(({ client, condition, step, differs }) => (
            <tr key={client}>
              <th scope="row">
                <ParticipantButton id={client} />
                <ConditionMark condition={condition} />
              </th>
              <td>{step}</td>
              <td>{differs === '' ? <span className="muted">the same</span> : differs}</td>
            </tr>
          ))}
        </DataTable>
      )}
      <More count={view.clients.length - shown.length} what="clients" />
    </>
  );
}
