/**
 * The canvas over the ring: draws the moving part each frame and tells which message was clicked.
 */

import { type MouseEvent, useEffect, useRef } from 'react';
import { useHandles } from '../LabContext.ts';
import { type DrawnMessage, drawRing } from './drawRing.ts';
import { readPalette } from './drawShapes.ts';
import type { RingLayout, RingSize } from './geometry.ts';
import { MessageSprites } from './MessageSprites.ts';

export interface RingCanvasProps {
  readonly layout: RingLayout;
  readonly size: RingSize;
  readonly isStill: boolean;
}

/** A message is hit this near, although it is drawn smaller. */
const HIT_RADIUS = 14;

export function RingCanvas({ layout, size, isStill }: RingCanvasProps) {
  const { lab, choices, frames } = useHandles();
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawn = useRef<readonly DrawnMessage[]>([]);

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const ratio = devicePixelRatio;
    element.width = Math.round(size.width * ratio);
    element.height = Math.round(size.height * ratio);
    let theme: string | undefined;
    let palette = readPalette(element);
    let sprites = new MessageSprites(palette, ratio);
    const stop = frames.add((sinceMs) => {
      if (document.documentElement.dataset['theme'] !== theme) {
        theme = document.documentElement.dataset['theme'];
        palette = readPalette(element);
        sprites = new MessageSprites(palette, ratio);
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, size.width, size.height);
      const { showPings, selection } = choices.getState();
      drawn.current = drawRing(context, {
        layout,
        state: lab.recorder.live,
        nowUs: lab.nowUsAfter(sinceMs),
        messages: lab.recorder.messages.values(),
        palette,
        sprites,
        showPings,
        isStill,
        showLabels: !lab.playback.getState().isPlaying,
        selectedKey: selection?.type === 'message' ? selection.key : null,
      });
    });
    return () => void stop();
  }, [lab, choices, frames, layout, size, isStill]);

  const onClick = (event: MouseEvent<HTMLCanvasElement>) => {
    const { offsetX, offsetY } = event.nativeEvent;
    let nearest: DrawnMessage | null = null;
    let distance = HIT_RADIUS;
    for (const one of drawn.current) {
      const away = Math.hypot(one.at.x - offsetX, one.at.y - offsetY);
      if (away >= distance) continue;
      nearest = one;
      distance = away;
    }
    choices.setState({
      selection: nearest === null ? null : { type: 'message', key: nearest.message.key },
    });
  };

  return <canvas ref={canvas} className="ring-canvas" aria-hidden="true" onClick={onClick} />;
}
