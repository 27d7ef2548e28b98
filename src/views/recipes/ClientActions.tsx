/** What a client can do here: choose the client, then the line. */

import { useState } from 'react';
import type { PlaybackState } from '../../lab/Lab.ts';
import { useHandles, usePlayback, useRun } from '../LabContext.ts';
import { useClientIds } from './useClientIds.ts';
import type { Verb } from './verbs.ts';

const promptOf = (state: PlaybackState) => state.client;

export interface ClientActionsProps {
  /** Of the recipe, as the servers call it. */
  readonly path: string;
  /** `path` as the client calls it. */
  readonly verbsOf: (client: string, path: string) => readonly Verb[];
}

export function ClientActions({ path: place, verbsOf }: ClientActionsProps) {
  const { lab } = useHandles();
  const run = useRun();
  const ids = useClientIds();
  const prompt = usePlayback(promptOf);
  const [chosen, setChosen] = useState<string | null>(null);
  const client = [chosen, prompt, ids[0]].find((id) => id != null && ids.includes(id));
  if (client == null) return null;
  const chroot = lab.chrootOf(client);
  const path = place.slice(chroot.length);
  const isReachable = place.startsWith(`${chroot}/`);
  return (
    <fieldset className="recipe-actions" aria-label="Take part">
      <select
        className="field"
        aria-label="Client"
        value={client}
        onChange={(event) => setChosen(event.target.value)}
      >
        {ids.map((id) => (
          <option key={id}>{id}</option>
        ))}
      </select>
      {isReachable ? (
        verbsOf(client, path).map(({ label, line }) => (
          <button
            key={label}
            type="button"
            className="button"
            disabled={line === null}
            title={line ?? undefined}
            onClick={() => line !== null && run(line)}
          >
            {label}
          </button>
        ))
      ) : (
        <span className="muted">sees nothing outside {chroot}</span>
      )}
    </fieldset>
  );
}
