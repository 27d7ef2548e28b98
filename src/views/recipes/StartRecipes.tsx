/** Buttons that start each recipe with the clients that are there. */

import { useHandles, useRun } from '../LabContext.ts';
import { type Start, startsWith } from './starts.ts';
import { TITLES } from './titles.ts';
import { useClientIds } from './useClientIds.ts';

const titleOf = ({ title, kind }: Start): string => title ?? TITLES[kind];

export function StartRecipes() {
  const { transcript } = useHandles();
  const run = useRun();
  const ids = useClientIds();
  // One after the other: who waits at a gate should find it shut.
  const start = async ({ lines }: Start): Promise<void> => {
    for (const line of lines) await transcript.run(line);
  };
  return (
    <div className="recipe-starts">
      {ids.length < 3 && (
        <button type="button" className="button" onClick={() => run('client add')}>
          Add a client
        </button>
      )}
      {ids.length > 0 &&
        startsWith(ids).map((one) => (
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
    </div>
  );
}
