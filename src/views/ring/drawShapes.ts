/** Draws one message's shape at a point. Colours come from the page's tokens. */

import type { Family, Look, Shape } from './shapes.ts';

/** On the page or off it. */
export type Context2D = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export interface Palette {
  readonly election: string;
  readonly replicate: string;
  readonly client: string;
  readonly watch: string;
  readonly session: string;
  readonly fault: string;
  readonly leader: string;
  readonly panel: string;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    election: token('election'),
    replicate: token('replicate'),
    client: token('client'),
    watch: token('watch'),
    session: token('muted'),
    fault: token('fault'),
    leader: token('leader'),
    panel: token('panel'),
    ink: token('ink'),
    muted: token('muted'),
    line: token('line'),
  };
}

const SIZE = 6;

export function drawShape(
  context: Context2D,
  look: Look,
  x: number,
  y: number,
  palette: Palette,
): void {
  context.beginPath();
  trace(context, look.shape, x, y);
  const colour = palette[look.family satisfies Family];
  context.lineWidth = 1.8;
  context.strokeStyle = colour;
  context.fillStyle = look.filled ? colour : palette.panel;
  context.fill();
  context.stroke();
  drawMark(context, look, x, y, look.filled ? palette.panel : colour);
}

function trace(context: Context2D, shape: Shape, x: number, y: number): void {
  switch (shape) {
    case 'diamond':
      return diamond(context, x, y, SIZE + 1.5);
    case 'smallDiamond':
      return diamond(context, x, y, SIZE - 1);
    case 'square':
    case 'squarePlus':
    case 'squareCheck':
    case 'squareNotch':
      return context.rect(x - SIZE + 1, y - SIZE + 1, 2 * SIZE - 2, 2 * SIZE - 2);
    case 'doubleSquare':
      context.rect(x - SIZE - 1, y - SIZE + 2, 2 * SIZE - 4, 2 * SIZE - 4);
      return context.rect(x - SIZE + 4, y - SIZE + 2, 2 * SIZE - 4, 2 * SIZE - 4);
    case 'largeSquare':
      return context.rect(x - SIZE - 2, y - SIZE - 2, 2 * SIZE + 4, 2 * SIZE + 4);
    case 'circle':
    case 'circleBang':
      return context.arc(x, y, SIZE - 0.5, 0, 2 * Math.PI);
    case 'dot':
      return context.arc(x, y, 1.6, 0, 2 * Math.PI);
    case 'bell':
      context.moveTo(x - SIZE, y + 4);
      context.quadraticCurveTo(x - 4, y + 2, x - 4, y - 1);
      context.arc(x, y - 1, 4, Math.PI, 0);
      context.quadraticCurveTo(x + 4, y + 2, x + SIZE, y + 4);
      return context.closePath();
  }
}

function diamond(context: Context2D, x: number, y: number, size: number): void {
  context.moveTo(x, y - size);
  context.lineTo(x + size, y);
  context.lineTo(x, y + size);
  context.lineTo(x - size, y);
  context.closePath();
}

/** The plus, check, notch or exclamation mark inside a shape. */
function drawMark(context: Context2D, look: Look, x: number, y: number, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  switch (look.shape) {
    case 'squarePlus':
      context.moveTo(x - 2.5, y);
      context.lineTo(x + 2.5, y);
      context.moveTo(x, y - 2.5);
      context.lineTo(x, y + 2.5);
      break;
    case 'squareCheck':
      context.moveTo(x - 2.8, y);
      context.lineTo(x - 0.6, y + 2.2);
      context.lineTo(x + 2.8, y - 2.4);
      break;
    case 'squareNotch':
      context.moveTo(x - 3, y + 3);
      context.lineTo(x + 3, y - 3);
      break;
    case 'circleBang':
      context.moveTo(x, y - 2.6);
      context.lineTo(x, y + 0.6);
      context.moveTo(x, y + 2);
      context.lineTo(x, y + 2.8);
      break;
    default:
      return;
  }
  context.stroke();
}

/** Four short spokes where a message died. A shape, not a flash. */
export function drawBurst(context: Context2D, x: number, y: number, palette: Palette): void {
  context.strokeStyle = palette.fault;
  context.lineWidth = 2;
  context.beginPath();
  for (let spoke = 0; spoke < 4; spoke++) {
    const angle = Math.PI / 4 + (spoke * Math.PI) / 2;
    context.moveTo(x + 3 * Math.cos(angle), y + 3 * Math.sin(angle));
    context.lineTo(x + 9 * Math.cos(angle), y + 9 * Math.sin(angle));
  }
  context.stroke();
}
