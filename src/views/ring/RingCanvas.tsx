/** The canvas over the ring: tells its worker what to draw, and which message was clicked. */

import { type MouseEvent, useEffect, useMemo, useRef } from 'react';
import type { Choices } from '../../lab/choices.ts';
import type { PlaybackState } from '../../lab/Lab.ts';
import { nowUsAfter } from '../../lab/playback.ts';
import { useChoices, useHandles, usePlayback } from '../LabContext.ts';
import type { RingLayout, RingSize } from './geometry.ts';
import { placeMessages } from './placeMessages.ts';
import { RingPainter } from './RingPainter.ts';
import { type RingMoment, type RingPicture, shownMessages, shownTimers } from './RingPicture.ts';
import { usePalette } from './usePalette.ts';

export interface RingCanvasProps {
  readonly layout: RingLayout;
  readonly size: RingSize;
  readonly isStill: boolean;
}

/** A message is hit this near, although it is drawn smaller. */
const HIT_RADIUS = 14;

const showPingsOf = (choices: Choices) => choices.showPings;

export function RingCanvas(props: RingCanvasProps) {
  const { lab, choices, frames } = useHandles();
  const holder = useRef<HTMLDivElement>(null);
  const painter = useRef<RingPainter>(null);
  const moment = useRef<RingMoment>(null);
  const picture = usePicture(props);
  const showPings = useChoices(showPingsOf);

  useEffect(() => {
    // A canvas can be given to a worker only once, so each worker gets a new one.
    const canvas = document.createElement('canvas');
    holder.current?.append(canvas);
    const created = new RingPainter(canvas);
    painter.current = created;
    return () => {
      created.dispose();
      canvas.remove();
    };
  }, []);

  useEffect(() => painter.current?.show(picture), [picture]);

  useEffect(() => {
    const stop = frames.add((atMs) => {
      const { clock, recorder } = lab;
      const messages = shownMessages(recorder.messages.values(), showPings);
      moment.current = { clock, atMs, messages, timers: shownTimers(recorder.live) };
      painter.current?.move(moment.current);
    });
    return () => void stop();
  }, [lab, frames, showPings]);

  const onClick = ({ nativeEvent }: MouseEvent) => {
    const key = moment.current === null ? null : hit(picture, moment.current, nativeEvent);
    choices.setState({ selection: key === null ? null : { type: 'message', key } });
  };

  return <div ref={holder} className="ring-canvas" aria-hidden="true" onClick={onClick} />;
}

const isPlayingOf = (playback: PlaybackState) => playback.isPlaying;
const messageKeyOf = ({ selection }: Choices) =>
  selection?.type === 'message' ? selection.key : null;

function usePicture({ layout, size, isStill }: RingCanvasProps): RingPicture {
  const palette = usePalette();
  const showLabels = !usePlayback(isPlayingOf);
  const selectedKey = useChoices(messageKeyOf);
  return useMemo(
    () => ({ layout, size, ratio: devicePixelRatio, palette, isStill, showLabels, selectedKey }),
    [layout, size, palette, isStill, showLabels, selectedKey],
  );
}

/** Key of the message nearest to the pointer; null if none is near. */
function hit(picture: RingPicture, moment: RingMoment, pointer: PointerPlace): string | null {
  const sinceMs = performance.timeOrigin + performance.now() - moment.atMs;
  const nowUs = nowUsAfter(moment.clock, sinceMs);
  let nearest: string | null = null;
  let distance = HIT_RADIUS;
  for (const { message, at } of placeMessages(picture, moment.messages, nowUs).messages) {
    const away = Math.hypot(at.x - pointer.offsetX, at.y - pointer.offsetY);
    if (away >= distance) continue;
    nearest = message.key;
    distance = away;
  }
  return nearest;
}

type PointerPlace = Pick<globalThis.MouseEvent, 'offsetX' | 'offsetY'>;
