/**
 * A bar that drains as the session's time does, by the leader's clock. Drawn in each frame, not by
 * React.
 */

import { useEffect, useRef } from 'react';
import { useHandles } from '../LabContext.ts';
import { describeLeft, sessionLeft } from './sessionLeft.ts';
import './expiry.css';

export interface ExpiryBarProps {
  readonly sessionId: string;
  /** Says the time that is left in words too. */
  readonly hasText?: boolean;
}

export function ExpiryBar({ sessionId, hasText = false }: ExpiryBarProps) {
  const { lab, frames } = useHandles();
  const bar = useRef<HTMLSpanElement>(null);
  const text = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const stop = frames.add(() => {
      const { sessions, nowUs } = lab.ensemble.getState();
      const session = sessions[sessionId];
      const left = sessionLeft(session, nowUs);
      bar.current?.style.setProperty('--left', (left?.fraction ?? 0).toFixed(3));
      const words = describeLeft(session, left);
      if (text.current !== null && text.current.textContent !== words) {
        text.current.textContent = words;
      }
    });
    return () => void stop();
  }, [lab, frames, sessionId]);
  return (
    <span className="expiry">
      {hasText && <span className="expiry-text" ref={text} />}
      <span className="expiry-bar" ref={bar} aria-hidden="true" />
    </span>
  );
}
