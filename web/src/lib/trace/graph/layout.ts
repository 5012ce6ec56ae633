// Where the nodes of a layered graph stand: ordered by barycentres in sweeps both ways, then drawn towards their neighbours.
import type { Graph } from './model';

export const column = 270;
export const rowHeight = 64;
export const wide = 190;
export const high = 46;

export type Placed = {
  ids: string[];
  x: Float64Array;
  y: Float64Array;
  index: Map<string, number>;
  /** Of each node: where edges lead from and to it, by the order on the screen. */
  into: number[][];
  out: number[][];
  layers: number[][];
  box: { left: number; top: number; right: number; bottom: number };
};

/** layout places the nodes by their layers. Edges may leap over layers or lead back; those only count for the order. */
export function layout(g: Graph, sweeps = 8): Placed {
  const ids = [...g.nodes.keys()];
  const index = new Map(ids.map((id, i) => [id, i]));
  const into: number[][] = ids.map(() => []);
  const out: number[][] = ids.map(() => []);
  for (const e of g.edges) {
    const a = index.get(e.from);
    const b = index.get(e.to);
    if (a === undefined || b === undefined) continue;
    out[a]!.push(b);
    into[b]!.push(a);
  }
  const used = [...new Set([...g.nodes.values()].map((n) => n.layer))].sort((a, b) => a - b);
  const rank = new Map(used.map((l, i) => [l, i])); // layers that lost all their nodes leave no gap
  const layers: number[][] = used.map(() => []);
  ids.forEach((id, i) => layers[rank.get(g.nodes.get(id)!.layer)!]!.push(i));
  const pos = new Float64Array(ids.length);
  for (const l of layers) l.forEach((n, i) => (pos[n] = i / Math.max(1, l.length)));
  const mean = (list: number[], of: Float64Array, or: number) => {
    if (!list.length) return or;
    let sum = 0;
    for (const i of list) sum += of[i]!;
    return sum / list.length;
  };
  const weight = new Float64Array(ids.length);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const down = sweep % 2 === 0;
    for (let k = 0; k < layers.length; k++) {
      const l = layers[down ? k : layers.length - 1 - k]!;
      for (const n of l) weight[n] = mean(down ? into[n]! : out[n]!, pos, pos[n]!);
      l.sort((a, b) => weight[a]! - weight[b]! || pos[a]! - pos[b]!);
      l.forEach((n, i) => (pos[n] = i / Math.max(1, l.length)));
    }
  }
  const x = new Float64Array(ids.length);
  const y = new Float64Array(ids.length);
  layers.forEach((l, k) =>
    l.forEach((n, i) => {
      x[n] = k * column;
      y[n] = (i - (l.length - 1) / 2) * rowHeight;
    })
  );
  for (let pass = 0; pass < 6; pass++) {
    for (let k = 0; k < layers.length; k++) settle(layers[pass % 2 ? layers.length - 1 - k : k]!, y, pass % 2 ? out : into, mean);
  }
  for (let i = 0; i < ids.length; i++) {
    into[i]!.sort((a, b) => y[a]! - y[b]!);
    out[i]!.sort((a, b) => y[a]! - y[b]!);
  }
  const box = { left: 0, top: 0, right: 0, bottom: 0 };
  for (let i = 0; i < ids.length; i++) {
    box.left = Math.min(box.left, x[i]!);
    box.right = Math.max(box.right, x[i]! + wide);
    box.top = Math.min(box.top, y[i]!);
    box.bottom = Math.max(box.bottom, y[i]! + high);
  }
  return { ids, x, y, index, into, out, layers, box };
}

// settle moves a layer's nodes towards their neighbours as far as their order and distance let them: the middle between pushing all down and all up keeps both.
function settle(l: number[], y: Float64Array, near: number[][], mean: (list: number[], of: Float64Array, or: number) => number) {
  const want = l.map((n) => mean(near[n]!, y, y[n]!));
  const low = [...want];
  const up = [...want];
  for (let i = 1; i < l.length; i++) low[i] = Math.max(low[i]!, low[i - 1]! + rowHeight);
  for (let i = l.length - 2; i >= 0; i--) up[i] = Math.min(up[i]!, up[i + 1]! - rowHeight);
  l.forEach((n, i) => (y[n] = (low[i]! + up[i]!) / 2));
}
