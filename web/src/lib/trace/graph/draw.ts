// Draws a graph on a canvas: only what is in sight, and only as much of it as can be read at that size.
import { column, high, wide, type Placed } from './layout';
import type { Graph, Node } from './model';

export type Eye = { x: number; y: number; zoom: number };
export type Look = Record<
  'bg' | 'card' | 'sunk' | 'ink' | 'ink2' | 'line' | 'accent' | 'accentSoft' | 'warn' | 'warnSoft' | 'okSoft' | 'focus',
  string
>;

/** lookOf reads the colours of the page as they are now. */
export function lookOf(el: Element): Look {
  const css = getComputedStyle(el);
  const v = (name: string) => css.getPropertyValue('--' + name).trim();
  return {
    bg: v('bg'),
    card: v('card'),
    sunk: v('sunk'),
    ink: v('ink'),
    ink2: v('ink-2'),
    line: v('line-2'),
    accent: v('accent'),
    accentSoft: v('accent-soft'),
    warn: v('warn'),
    warnSoft: v('warn-soft'),
    okSoft: v('ok-soft'),
    focus: v('focus')
  };
}

/** A browser draws at most so many pixels; a larger window is drawn coarser. */
export const finest = 2;

const cut = (text: string, most: number) => (text.length > most ? text.slice(0, most - 1) + '…' : text);

export function draw(
  c: CanvasRenderingContext2D,
  size: { w: number; h: number; ratio: number },
  g: Graph,
  p: Placed,
  eye: Eye,
  chosen: number,
  look: Look,
  label: (e: Graph['edges'][number]) => string
) {
  c.setTransform(size.ratio, 0, 0, size.ratio, 0, 0);
  c.clearRect(0, 0, size.w, size.h);
  c.translate(eye.x, eye.y);
  c.scale(eye.zoom, eye.zoom);
  const left = -eye.x / eye.zoom - wide;
  const right = (size.w - eye.x) / eye.zoom;
  const top = -eye.y / eye.zoom - high;
  const bottom = (size.h - eye.y) / eye.zoom;
  edges(c, g, p, eye, chosen, look, label, { left, right, top, bottom });
  const readable = eye.zoom > 0.45;
  for (let i = 0; i < p.ids.length; i++) {
    const x = p.x[i]!;
    const y = p.y[i]!;
    if (x < left || x > right || y < top || y > bottom) continue;
    box(c, g.nodes.get(p.ids[i]!)!, x, y, i === chosen, readable, look);
  }
}

type Sight = { left: number; right: number; top: number; bottom: number };

function edges(
  c: CanvasRenderingContext2D,
  g: Graph,
  p: Placed,
  eye: Eye,
  chosen: number,
  look: Look,
  label: (e: Graph['edges'][number]) => string,
  s: Sight
) {
  const plain = new Path2D();
  const near = new Path2D();
  const labels: [string, number, number][] = [];
  for (const e of g.edges) {
    const a = p.index.get(e.from)!;
    const b = p.index.get(e.to)!;
    const x1 = p.x[a]! + wide;
    const y1 = p.y[a]! + high / 2;
    const x2 = p.x[b]!;
    const y2 = p.y[b]! + high / 2;
    if (Math.max(x1, x2) < s.left || Math.min(x1, x2) > s.right || Math.max(y1, y2) < s.top || Math.min(y1, y2) > s.bottom)
      continue;
    const path = a === chosen || b === chosen ? near : plain;
    path.moveTo(x1, y1);
    const bend = Math.min(Math.abs(x2 - x1) / 2, column / 2);
    if (eye.zoom > 0.2) path.bezierCurveTo(x1 + bend, y1, x2 - bend, y2, x2, y2);
    else path.lineTo(x2, y2);
    if (eye.zoom > 0.6 && e.quantity) labels.push([label(e), (x1 + x2) / 2, (y1 + y2) / 2]);
  }
  c.lineWidth = Math.max(1, 0.8 / eye.zoom);
  c.strokeStyle = look.line;
  c.stroke(plain);
  c.lineWidth = Math.max(2.5, 2 / eye.zoom);
  c.strokeStyle = look.accent;
  c.stroke(near);
  if (labels.length > 800) return; // nobody reads so many at once
  c.font = '11px system-ui, sans-serif';
  c.textAlign = 'center';
  c.textBaseline = 'middle';
  for (const [text, x, y] of labels) {
    const w = c.measureText(text).width + 6;
    c.fillStyle = look.bg;
    c.fillRect(x - w / 2, y - 8, w, 16);
    c.fillStyle = look.ink2;
    c.fillText(text, x, y);
  }
}

function box(c: CanvasRenderingContext2D, n: Node, x: number, y: number, chosen: boolean, readable: boolean, look: Look) {
  const fill = n.subject
    ? look.accentSoft
    : n.doubtful
      ? look.warnSoft
      : n.sort === 'step'
        ? look.sunk
        : n.sort === 'partner'
          ? look.okSoft
          : look.card;
  c.fillStyle = fill;
  c.strokeStyle = chosen ? look.focus : n.subject ? look.accent : n.doubtful ? look.warn : look.line;
  c.lineWidth = chosen ? 4 : n.subject ? 3 : 1;
  if (!readable) {
    c.fillRect(x, y, wide, high);
    c.strokeRect(x, y, wide, high);
    return;
  }
  if (n.sort === 'group') {
    for (const d of [8, 4]) {
      c.beginPath();
      c.roundRect(x + d, y + d, wide - 8, high - 4, 8);
      c.fill();
      c.stroke();
    }
  }
  c.beginPath();
  c.roundRect(
    x,
    y,
    n.sort === 'group' ? wide - 8 : wide,
    n.sort === 'group' ? high - 4 : high,
    n.sort === 'step' ? high / 2 : n.sort === 'partner' ? 2 : 8
  );
  c.fill();
  c.stroke();
  c.fillStyle = look.ink;
  c.textAlign = 'left';
  c.textBaseline = 'middle';
  const inset = n.sort === 'step' ? 20 : 10;
  c.font = '600 13px system-ui, sans-serif';
  c.fillText(cut(n.title, 22), x + inset, y + (n.detail ? 16 : high / 2), wide - inset * 2);
  if (!n.detail) return;
  c.fillStyle = look.ink2;
  c.font = '11.5px system-ui, sans-serif';
  c.fillText(cut(n.detail, 27), x + inset, y + 32, wide - inset * 2);
}

/** under finds the node at a point of the canvas, or -1. */
export function under(p: Placed, eye: Eye, x: number, y: number): number {
  const gx = (x - eye.x) / eye.zoom;
  const gy = (y - eye.y) / eye.zoom;
  for (let i = p.ids.length - 1; i >= 0; i--)
    if (gx >= p.x[i]! && gx <= p.x[i]! + wide && gy >= p.y[i]! && gy <= p.y[i]! + high) return i;
  return -1;
}

/** fit is an eye that sees the whole, but never larger than life. */
export function fit(p: Placed, w: number, h: number): Eye {
  const { left, right, top, bottom } = p.box;
  const zoom = Math.max(0.005, Math.min(1, w / (right - left + 60), h / (bottom - top + 60)));
  return { zoom, x: (w - (left + right) * zoom) / 2, y: (h - (top + bottom) * zoom) / 2 };
}
