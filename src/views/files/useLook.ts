/** What is seen of open files, which takes the worker that they lie in a moment to find out. */

import { useEffect, useRef, useState } from 'react';
import type { FilesReader, Look, Query } from '../../lab/files/FilesReader.ts';
import { useHandles } from '../LabContext.ts';

/**
 * The newest answer, which may be to an earlier query; null before the first. One query is under
 * way at a time, so that who drags the slider waits for the place where it is let go.
 */
export function useLook(reader: FilesReader, query: Query): Look | null {
  const { lab } = useHandles();
  const [seen, setSeen] = useState<{ readonly reader: FilesReader; readonly look: Look } | null>(
    null,
  );
  const wanted = useRef({ reader, query });
  const isAsking = useRef(false);
  useEffect(() => {
    wanted.current = { reader, query };
    if (isAsking.current) return;
    isAsking.current = true;
    void ask();
    async function ask(): Promise<void> {
      let asked = wanted.current;
      do {
        asked = wanted.current;
        try {
          setSeen({ reader: asked.reader, look: await asked.reader.look(asked.query) });
        } catch (error) {
          if (lab.files.getState().opened !== asked.reader) continue;
          asked.reader.close();
          lab.files.setState({ opened: null, problem: `They cannot be read further: ${error}` });
        }
      } while (asked !== wanted.current);
      isAsking.current = false;
    }
  }, [reader, query, lab]);
  return seen?.reader === reader ? seen.look : null;
}
