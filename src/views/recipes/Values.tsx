/** A configuration with the version that each client runs; and a counter. */

import { shortZxid } from '../../lab/format.ts';
import type { ConfigView, CounterView, Follower } from '../../lab/recipes/values.ts';
import { ParticipantButton, ZxidButton } from '../inspector/ObjectButton.tsx';
import { SCROLLABLE } from '../scrollable.ts';
import { ConditionMark, Differs } from './parts.tsx';

export function ConfigRollOut({ view, path }: { view: ConfigView; path: string }) {
  const { current, followers } = view;
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
        <section className="recipe-table" {...SCROLLABLE} aria-label={`Followers of ${path}`}>
          <table>
            <thead>
              <tr>
                <th scope="col">client</th>
                <th scope="col">runs</th>
                <th scope="col">beside the service</th>
              </tr>
            </thead>
            <tbody>
              {followers.map((one) => (
                <FollowerRow key={one.client} follower={one} />
              ))}
            </tbody>
          </table>
        </section>
      )}
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
  return (
    <>
      <p className="counter-value">{view.value ?? '–'}</p>
      {view.clients.length > 0 && (
        <section className="recipe-table" {...SCROLLABLE} aria-label={`Who added to ${path}`}>
          <table>
            <thead>
              <tr>
                <th scope="col">client</th>
                <th scope="col">did last</th>
                <th scope="col">beside the service</th>
              </tr>
            </thead>
            <tbody>
              {view.clients.map(({ client, condition, step, differs }) => (
                <tr key={client}>
                  <th scope="row">
                    <ParticipantButton id={client} />
                    <ConditionMark condition={condition} />
                  </th>
                  <td>{step}</td>
                  <td>{differs === '' ? <span className="muted">the same</span> : differs}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}
