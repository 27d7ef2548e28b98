/** The diagram's window: scrolls over what may be far wider, and draws only what is seen. */

import {
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
} from 'react';
import type { CausalCone } from '../../lab/spacetime/causalCone.ts';
import type { RingSize } from '../ring/geometry.ts';
import { MessageSprites } from '../ring/MessageSprites.ts';
import { usePalette } from '../ring/usePalette.ts';
import { useSize } from '../ring/useSize.ts';
import { SCROLLABLE } from '../scrollable.ts';
import { arrowAt, type Diagram, LEFT_PX } from './diagram.ts';
import { drawDiagram } from './drawDiagram.ts';

export interface DiagramCanvasProps {
  readonly diagram: Diagram;
  readonly selectedKey: string | null;
  readonly cone: CausalCone | null;
  /** Whether the newest stays in sight. */
  readonly isFollowing: boolean;
  readonly onFollow: (isFollowing: boolean) => void;
  readonly onChoose: (key: string | null) => void;
  /** The height that there is to see it in. */
  readonly onRoom: (px: number) => void;
}

type Scroller = RefObject<HTMLElement | null>;

/** Behind the newest, so that its shape is not cut off. */
const RIGHT_PX = 16;
/** This near to the end counts as at the end. */
const END_PX = 24;

export function DiagramCanvas(props: DiagramCanvasProps) {
  const { diagram, selectedKey, isFollowing, onFollow, onChoose, onRoom } = props;
  const scroller = useRef<HTMLElement>(null);
  const size = useSize(scroller);
  const roomPx = size?.height ?? 0;
  useEffect(() => onRoom(roomPx), [onRoom, roomPx]);
  const draw = useDrawing(scroller, size, props);
  useLayoutEffect(() => {
    const { current } = scroller;
    if (current !== null && isFollowing) current.scrollLeft = current.scrollWidth;
    draw();
  }, [draw, isFollowing]);
  useKeepInSight(scroller, diagram, selectedKey);

  const onScroll = () => {
    const { current } = scroller;
    if (current === null) return;
    const restPx = current.scrollWidth - current.clientWidth - current.scrollLeft;
    onFollow(restPx < END_PX);
    draw();
  };
  const onClick = ({ clientX, clientY, currentTarget }: MouseEvent<HTMLElement>) => {
    const { left, top } = currentTarget.getBoundingClientRect();
    const x = clientX - left + currentTarget.scrollLeft - LEFT_PX;
    const y = clientY - top + currentTarget.scrollTop;
    onChoose(arrowAt(diagram, x, y)?.arrow.key ?? null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const key = keyAfter(diagram, selectedKey, event.key);
    if (key === null) return;
    event.preventDefault();
    onChoose(key);
  };
  return (
    <section
      className="spacetime-scroll"
      ref={scroller}
      aria-label="Space-time diagram: left and right arrow keys walk from message to message"
      {...SCROLLABLE}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      <div
        className="spacetime-space"
        style={{ width: LEFT_PX + diagram.width + RIGHT_PX, height: diagram.height }}
      >
        <canvas className="spacetime-canvas" />
      </div>
    </section>
  );
}

/** A function that draws what is seen now. */
function useDrawing(
  scroller: Scroller,
  size: RingSize | null,
  { diagram, selectedKey, cone }: DiagramCanvasProps,
): () => void {
  const palette = usePalette();
  const sprites = useMemo(() => new MessageSprites(palette, devicePixelRatio), [palette]);
  return useCallback(() => {
    const { current } = scroller;
    const canvas = current?.querySelector('canvas');
    const context = canvas?.getContext('2d');
    if (!current || !canvas || !context || size === null) return;
    const { width, height } = size;
    const [deviceWidth, deviceHeight] = [width * devicePixelRatio, height * devicePixelRatio];
    if (canvas.width !== deviceWidth) canvas.width = deviceWidth;
    if (canvas.height !== deviceHeight) canvas.height = deviceHeight;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const { scrollLeft, scrollTop } = current;
    const view = { width, height, scrollLeft, scrollTop };
    drawDiagram(context, devicePixelRatio, {
      diagram,
      palette,
      sprites,
      ...view,
      selectedKey,
      cone,
    });
  }, [scroller, size, palette, sprites, diagram, selectedKey, cone]);
}

/** A message that is chosen, here or elsewhere, is scrolled to. */
function useKeepInSight(scroller: Scroller, diagram: Diagram, selectedKey: string | null): void {
  const newest = useRef(diagram);
  newest.current = diagram;
  useEffect(() => {
    const { current } = scroller;
    const placed = newest.current.arrows.find(({ arrow }) => arrow.key === selectedKey);
    if (current === null || placed === undefined) return;
    const room = current.clientWidth - LEFT_PX;
    const isSeen = placed.x >= current.scrollLeft && placed.endX <= current.scrollLeft + room;
    if (!isSeen) current.scrollLeft = (placed.x + placed.endX - room) / 2;
  }, [scroller, selectedKey]);
}

/** In the order in which they were sent; null if the key means nothing here. */
function keyAfter({ arrows }: Diagram, selectedKey: string | null, key: string): string | null {
  const at = arrows.findIndex(({ arrow }) => arrow.key === selectedKey);
  const last = arrows.length - 1;
  const next = { ArrowLeft: at < 0 ? last : at - 1, ArrowRight: at + 1, Home: 0, End: last }[key];
  return next === undefined ? null : (arrows[Math.min(last, Math.max(0, next))]?.arrow.key ?? null);
}
