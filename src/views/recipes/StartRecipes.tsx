/** Buttons that start each recipe with the clients that are there. */

import { useHandles, useRun } from '../LabContext.ts';
import { type Start, startGroups } from './starts.ts';
import { TITLES } from './titles.ts';
import { useClientIds } from './useClientIds.ts';

/** With fewer, nobody waits for anybody. */
const ENOUGH_CLIENTS = 3;

const titleOf = ({ title, kind }: Start): string => title ?? TITLES[kind];

export function StartRecipes() {
  const { transcript } = useHandles();
  const ids = useClientIds();
  // One after the other: who waits at a gate should find it shut.
  const start = async ({ lines }: Start): Promise<void> => {
    for (const line of lines) await transcript.run(line);
  };
  return (
    <>
      {ids.length < ENOUGH_CLIENTS && <AddClients count={ids.length} />}
      {ids.length > 0 &&
        startGroups(ids).map(({ title, starts }) => (
          <fieldset key={title} className="recipe-starts">
            <legend>{title}</legend>
            {starts.map((one) => (
              <button
                key={titleOf(one)}
                type="button"
                className="button"
                title={one.lines.join('\n')}
                onClick={() => void start(one)}
              >
                {titleOf(one)}
              </button>
            ))}
          </fieldset>
        ))}
    </>
  );
}

function AddClients({ count }: { count: number }) {
  const run = useRun();
  return (
    <p className="recipe-clients">
      <button type="button" className="button" onClick={() => run('client add')}>
        Add a client
      </button>
      <span className="muted">
        {count === 0 ? 'There is none yet.' : 'With three you see them wait for each other.'}
      </span>
    </p>
  );
}
