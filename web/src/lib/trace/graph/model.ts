// The graph of a trace: goods, the processes between them, who sent them and where they are. Plain data, drawn elsewhere.
import { add } from './sum';

export type Sort = 'goods' | 'step' | 'partner' | 'place' | 'group';
export type Node = {
  id: string;
  sort: Sort;
  title: string;
  detail: string;
  /** What nodes are grouped by: the product, or the kind of process. */
  alike: string;
  href?: string;
  subject?: boolean;
  doubtful?: boolean;
  members?: string[];
  layer: number;
};
export type Edge = {
  from: string;
  to: string;
  quantity?: string;
  units?: number;
  product?: string;
  /** The same goods are named by each mixing again: no sum. */ mixed?: boolean;
};
export type Graph = { nodes: Map<string, Node>; edges: Edge[] };

export type Goods = {
  product: string;
  lot?: string;
  quantity: string;
  units?: number;
  first_serial?: string;
  last_serial?: string;
  chosen?: boolean;
  now?: Where[] | null;
};
type Where = { place: string; kind: string; partner?: string; name?: string; product: string; quantity: string; units?: number };
type Link = {
  entry: number;
  kind: string;
  occurred_at: string;
  group?: number;
  place?: string;
  mixed?: boolean;
  inputs: Goods[] | null;
  outputs: Goods[] | null;
};
type Level = { level: number; links: Link[] | null; goods: Goods[] | null };
export type Traced = {
  subject: { kind: string; code: string; product?: string; lot?: string; quantity: string };
  now: Where[] | null;
  upstream: Level[] | null;
  downstream: Level[] | null;
  suppliers: { partner: string; name: string; product: string; lot?: string; quantity: string; units?: number }[] | null;
};
export type Words = {
  kind: (kind: string) => string;
  day: (at: string) => string;
  units: (n: number) => string;
  range: (first: string, last: string) => string;
  mixing: () => string;
  place: (place: string) => string;
  href: {
    lot: (p: string, l: string) => string;
    unit: (p: string, s: string) => string;
    entry: (e: number) => string;
    partner: (p: string) => string;
    product: (p: string) => string;
  };
};

const lotKey = (product: string, lot: string) => `lot\n${product}\n${lot}`;

/** graphOf makes the graph of a trace. Quantities of edges between the same two are summed. */
export function graphOf(t: Traced, w: Words): Graph {
  const nodes = new Map<string, Node>();
  const edges = new Map<string, Edge>();
  const put = (n: Omit<Node, 'layer'>) => {
    const has = nodes.get(n.id);
    if (!has) nodes.set(n.id, { ...n, layer: 0 });
    else if (n.doubtful) has.doubtful = true;
    return n.id;
  };
  const join = (from: string, to: string, g?: { product: string; quantity: string; units?: number }, mixed?: boolean) => {
    const key = from + '\r' + to;
    const has = edges.get(key);
    if (!has) edges.set(key, { from, to, quantity: g?.quantity, units: g?.units, product: g?.product, mixed });
    else if (g && has.quantity !== undefined && has.product === g.product) {
      has.quantity = add(has.quantity, g.quantity);
      if (has.units || g.units) has.units = (has.units ?? 0) + (g.units ?? 0);
    }
  };
  const s = t.subject;
  const goods = (g: Goods, link?: Link): string => {
    if (g.first_serial) {
      const last = g.last_serial || g.first_serial;
      const one = g.first_serial === last;
      return put({
        id: `unit\n${g.product}\n${g.first_serial}\n${last}`,
        sort: 'goods',
        title: one ? g.first_serial : w.range(g.first_serial, last),
        detail: g.product + (one ? '' : ' · ' + w.units(g.units ?? 0)),
        alike: g.product,
        href: one ? w.href.unit(g.product, g.first_serial) : g.lot ? w.href.lot(g.product, g.lot) : w.href.product(g.product),
        subject: s.kind === 'unit' && one && s.product === g.product && s.code === g.first_serial
      });
    }
    if (g.lot)
      return put({
        id: lotKey(g.product, g.lot),
        sort: 'goods',
        title: g.lot,
        detail: g.product,
        alike: g.product,
        href: w.href.lot(g.product, g.lot),
        subject: s.kind === 'lot' && s.product === g.product && s.code === g.lot,
        doubtful: g.chosen
      });
    // Goods that are not tracked are not the same goods elsewhere.
    return put({
      id: `loose\n${g.product}\n${link?.entry ?? ''}\n${link?.group ?? ''}`,
      sort: 'goods',
      title: g.product,
      detail: g.units ? w.units(g.units) : '',
      alike: g.product,
      href: w.href.product(g.product)
    });
  };

  if (s.kind === 'lot' && s.product) goods({ product: s.product, lot: s.code, quantity: s.quantity });
  if (s.kind === 'unit' && s.product)
    goods({ product: s.product, quantity: '1', units: 1, first_serial: s.code, last_serial: s.code });
  const produced: { node: string; product: string; first: string; last: string }[] = [];
  const taken: typeof produced = [];
  for (const level of [...(t.upstream ?? []), ...(t.downstream ?? [])])
    for (const l of level.links ?? []) {
      const step = put({
        id: `step\n${l.entry}\n${l.group ?? ''}\n${l.mixed ? l.place : ''}`,
        sort: 'step',
        title: l.mixed ? w.mixing() : w.kind(l.kind),
        detail: l.mixed && l.place ? w.place(l.place) : '#' + l.entry + ' · ' + w.day(l.occurred_at),
        alike: l.mixed ? 'mixed ' + l.place : l.kind,
        href: l.entry ? w.href.entry(l.entry) : undefined,
        subject: s.kind === 'entry' && String(l.entry) === s.code.replace(/\D/g, '')
      });
      for (const g of l.inputs ?? []) {
        const n = goods(g, l);
        join(n, step, g, l.mixed);
        if (g.first_serial)
          taken.push({ node: n, product: g.product, first: g.first_serial, last: g.last_serial || g.first_serial });
      }
      for (const g of l.outputs ?? []) {
        const n = goods(g, l);
        join(step, n, g, l.mixed);
        if (g.first_serial)
          produced.push({ node: n, product: g.product, first: g.first_serial, last: g.last_serial || g.first_serial });
      }
    }
  contain(produced, taken, join);
  for (const x of t.suppliers ?? []) {
    const target = x.lot ? lotKey(x.product, x.lot) : firstOf(nodes, x.product);
    if (!target || !nodes.has(target)) continue;
    const from = put({
      id: 'from\n' + x.partner,
      sort: 'partner',
      title: x.name || x.partner,
      detail: x.partner,
      alike: 'from',
      href: w.href.partner(x.partner)
    });
    join(from, target, x);
  }
  const whereabouts = (id: string, now: Where[] | null | undefined) => {
    for (const at of now ?? []) {
      if (at.kind === 'partner' && at.partner)
        join(
          id,
          put({
            id: 'to\n' + at.partner,
            sort: 'partner',
            title: at.name || at.partner,
            detail: at.partner,
            alike: 'to',
            href: w.href.partner(at.partner)
          }),
          at
        );
      else if (at.kind === 'location' || at.kind === 'transit')
        join(id, put({ id: 'at\n' + at.place, sort: 'place', title: w.place(at.place), detail: at.name ?? '', alike: 'at' }), at);
    }
  };
  const subject = [...nodes.values()].find((n) => n.subject && n.sort === 'goods');
  if (subject) whereabouts(subject.id, t.now);
  for (const level of t.downstream ?? []) for (const g of level.goods ?? []) if (g.now?.length) whereabouts(goods(g), g.now);
  const graph = { nodes, edges: [...edges.values()] };
  layers(graph);
  return graph;
}

const firstOf = (nodes: Map<string, Node>, product: string) =>
  [...nodes.values()].find((n) => n.sort === 'goods' && n.alike === product)?.id;

// Serial numbers made in one go may be used one by one: what was made leads to what of it was used.
function contain(
  produced: { node: string; product: string; first: string; last: string }[],
  taken: { node: string; product: string; first: string; last: string }[],
  join: (from: string, to: string) => void
) {
  const made = new Set(produced.map((p) => p.node));
  const within = (serial: string, p: { first: string; last: string }) =>
    serial.length === p.first.length && serial >= p.first && serial <= p.last;
  const by = new Map<string, typeof produced>();
  for (const p of produced) by.set(p.product, [...(by.get(p.product) ?? []), p]);
  for (const x of taken) {
    if (made.has(x.node)) continue;
    const whole = (by.get(x.product) ?? []).find((p) => p.node !== x.node && within(x.first, p) && within(x.last, p));
    if (whole) join(whole.node, x.node);
  }
}

/** layers puts each node one further right than everything that leads to it, and what nothing leads to right before what it leads to. Edges that close a circle are passed over. */
export function layers(g: Graph) {
  const next = new Map<string, string[]>();
  const before = new Map<string, string[]>();
  for (const id of g.nodes.keys()) {
    next.set(id, []);
    before.set(id, []);
  }
  for (const e of g.edges) next.get(e.from)?.push(e.to);
  const order: string[] = [];
  const state = new Map<string, 1 | 2>();
  for (const root of g.nodes.keys()) {
    if (state.has(root)) continue;
    const stack: [string, number][] = [[root, 0]];
    state.set(root, 1);
    while (stack.length) {
      const top = stack[stack.length - 1]!;
      const to = next.get(top[0])![top[1]++];
      if (to === undefined) {
        state.set(top[0], 2);
        order.push(top[0]);
        stack.pop();
      } else if (!state.has(to)) {
        state.set(to, 1);
        before.get(to)!.push(top[0]);
        stack.push([to, 0]);
      } else if (state.get(to) === 2) before.get(to)!.push(top[0]);
    }
  }
  order.reverse();
  const min = new Map<string, number>();
  for (const id of order) {
    const n = g.nodes.get(id)!;
    n.layer = 0;
    for (const b of before.get(id)!) n.layer = Math.max(n.layer, g.nodes.get(b)!.layer + 1);
    for (const b of before.get(id)!) min.set(b, Math.min(min.get(b) ?? Infinity, n.layer));
  }
  for (const id of order) if (!before.get(id)!.length && min.has(id)) g.nodes.get(id)!.layer = min.get(id)! - 1;
}

/** few is how many nodes are shown one by one without being asked to. */
export const few = 80;

/** grouped puts nodes of a layer that are alike into one, but for groups that were opened. */
export function grouped(g: Graph, opened: Set<string>, all = false): Graph {
  if (all || g.nodes.size <= few) return g;
  const piles = new Map<string, Node[]>();
  for (const n of g.nodes.values()) {
    if (n.subject) continue;
    const key = `group\n${n.layer}\n${n.sort}\n${n.alike}`;
    const pile = piles.get(key);
    if (pile) pile.push(n);
    else piles.set(key, [n]);
  }
  const into = new Map<string, string>();
  const nodes = new Map<string, Node>();
  for (const [key, pile] of piles) if (pile.length >= 3 && !opened.has(key)) for (const n of pile) into.set(n.id, key);
  for (const n of g.nodes.values()) {
    const key = into.get(n.id);
    if (!key) nodes.set(n.id, n);
    else if (!nodes.has(key)) {
      const pile = piles.get(key)!;
      nodes.set(key, {
        id: key,
        sort: 'group',
        title: n.sort === 'goods' ? n.alike : n.sort === 'step' ? n.title : n.title + ' …',
        detail: '',
        alike: n.alike,
        layer: n.layer,
        members: pile.map((x) => x.id)
      });
    }
  }
  const edges = new Map<string, Edge>();
  for (const e of g.edges) {
    const from = into.get(e.from) ?? e.from;
    const to = into.get(e.to) ?? e.to;
    if (from === to) continue;
    const has = edges.get(from + '\r' + to);
    if (!has) edges.set(from + '\r' + to, { ...e, from, to });
    else if (!e.mixed && has.product === e.product && has.quantity !== undefined && e.quantity !== undefined) {
      has.quantity = add(has.quantity, e.quantity);
      if (has.units || e.units) has.units = (has.units ?? 0) + (e.units ?? 0);
    } else has.quantity = undefined; // of several products: no sum
  }
  return { nodes, edges: [...edges.values()] };
}
