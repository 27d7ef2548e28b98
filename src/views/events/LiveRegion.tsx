/** Tells screen readers the milestones of the narration, at most once in each while. */

import { useEffect, useState } from 'react';
import { useHandles } from '../LabContext.ts';
import { nextSpeech } from './filters.ts';

const PAUSE_MS = 1500;

export function LiveRegion() {
  const { lab } = useHandles();
  const [text, setText] = useState('');
  useEffect(() => {
    let heard = lab.ensemble.getState().narration.at(-1)?.index ?? 0;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const speak = (): void => {
      if (timer !== null) return;
      const speech = nextSpeech(lab.ensemble.getState().narration, heard);
      if (speech === null) return;
      heard = speech.index;
      setText(speech.text);
      timer = setTimeout(() => {
        timer = null;
        speak();
      }, PAUSE_MS);
    };
    const stop = lab.ensemble.subscribe((state, before) => {
      if (state.narration !== before.narration) speak();
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [lab]);
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
