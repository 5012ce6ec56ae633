// The graph of a trace is placed without a browser: left to right, nothing on top of anything, and fast at ten thousand.
import { expect, test } from 'vitest';
import { layout, rowHeight } from '../src/lib/trace/graph/layout';
import { graphOf, grouped, layers, type Graph, type Traced, type Words } from '../src/lib/trace/graph/model';
import { add } from '../src/lib/trace/graph/sum';

const words: Words = {
  kind: (k) => k,
  day: (d) => d.slice(0, 10),
  units: (n) => n + ' units',
  range: (a, b) => a + '-' + b,
  mixing: () => 'mixing',
  place: (p) => p,
  href: { lot: (p, l) => p + '/' + l, unit: (p, s) => p + '/' + s, entry: (e) => '#' + e, partner: (p) => p, product: (p) => p }
};

const bread: Traced = {
  subject: { kind: 'lot', code: 'D1', product: 'DOUGH', quantity: '0' },
  now: [],
  upstream: [
    {
      level: 1,
      goods: null,
      links: [
        {
          entry: 5,
          kind: 'make',
          occurred_at: '2026-01-02T03:00:00Z',
          inputs: [
            { product: 'FLOUR', lot: 'F1', quantity: '10.25' },
            { product: 'SALT', quantity: '1' }
          ],
          outputs: [{ product: 'DOUGH', lot: 'D1', quantity: '15' }]
        }
      ]
    }
  ],
  downstream: [
    {
      level: 1,
      goods: [
        {
          product: 'LOAF',
          lot: 'L1',
          quantity: '20',
          now: [
            { place: 'partner:C1', kind: 'partner', partner: 'C1', product: 'LOAF', quantity: '12' },
            { place: 'S/SHELF', kind: 'location', product: 'LOAF', quantity: '8' }
          ]
        }
      ],
      links: [
        {
          entry: 6,
          kind: 'make',
          occurred_at: '2026-01-02T05:00:00Z',
          inputs: [{ product: 'DOUGH', lot: 'D1', quantity: '15' }],
          outputs: [{ product: 'LOAF', lot: 'L1', quantity: '20' }]
        }
      ]
    }
  ],
  suppliers: [{ partner: 'MILL', name: 'Mill', product: 'FLOUR', lot: 'F1', quantity: '500' }]
};

test('upstream stands left, downstream right, with quantities on the edges', () => {
  const g = graphOf(bread, words);
  const at = (title: string) => [...g.nodes.values()].find((n) => n.title === title)!.layer;
  expect(at('Mill')).toBeLessThan(at('F1'));
  expect(at('F1')).toBeLessThan(at('D1'));
  expect(at('SALT')).toBe(at('F1'));
  expect(at('D1')).toBeLessThan(at('L1'));
  expect(at('L1')).toBeLessThan(at('C1'));
  expect(g.edges.find((e) => e.from.startsWith('lot\nFLOUR'))?.quantity).toBe('10.25');
  expect([...g.nodes.values()].filter((n) => n.subject).map((n) => n.title)).toEqual(['D1']);
});

test('serial numbers made in one go lead to each of them that was used', () => {
  const t: Traced = {
    ...bread,
    subject: { kind: 'lot', code: 'M', product: 'STEEL', quantity: '0' },
    upstream: [],
    suppliers: [],
    downstream: [
      {
        level: 1,
        goods: null,
        links: [
          {
            entry: 1,
            kind: 'make',
            occurred_at: '',
            inputs: [{ product: 'STEEL', lot: 'M', quantity: '3' }],
            outputs: [{ product: 'FRAME', quantity: '9', units: 9, first_serial: 'F001', last_serial: 'F009' }]
          },
          {
            entry: 2,
            kind: 'make',
            occurred_at: '',
            inputs: [{ product: 'FRAME', quantity: '1', units: 1, first_serial: 'F004', last_serial: 'F004' }],
            outputs: [{ product: 'BIKE', quantity: '1', units: 1, first_serial: 'B1', last_serial: 'B1' }]
          }
        ]
      }
    ]
  };
  const g = graphOf(t, words);
  const bike = [...g.nodes.values()].find((n) => n.title === 'B1')!;
  expect(bike.layer).toBe(5); // steel, make, frames, one frame, make, bike
});

function wild(n: number): Graph {
  let seed = 7;
  const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  const g: Graph = { nodes: new Map(), edges: [] };
  for (let i = 0; i < n; i++)
    g.nodes.set('n' + i, {
      id: 'n' + i,
      sort: 'goods',
      title: 't' + i,
      detail: '',
      alike: 'p' + (i % 5),
      layer: 0,
      subject: i === 0
    });
  const per = Math.ceil(n / 12);
  for (let i = 0; i < n * 1.4; i++) {
    const a = Math.floor(random() * (n - per));
    g.edges.push({ from: 'n' + a, to: 'n' + Math.min(n - 1, a + 1 + Math.floor(random() * per)), quantity: '0.1', product: 'p' });
  }
  return g;
}

test('ten thousand nodes are placed, nothing over anything else', () => {
  const g = wild(10_000);
  layers(g);
  for (const e of g.edges) expect(g.nodes.get(e.from)!.layer).toBeLessThan(g.nodes.get(e.to)!.layer);
  const began = performance.now();
  const p = layout(g);
  expect(performance.now() - began).toBeLessThan(5_000); // some 100 ms on a machine with nothing else to do
  for (const l of p.layers) {
    const ys = l.map((i) => p.y[i]!).sort((a, b) => a - b);
    for (let i = 1; i < ys.length; i++) expect(ys[i]! - ys[i - 1]!).toBeGreaterThanOrEqual(rowHeight - 0.001);
  }
});

test('what is alike is one until it is opened, and sums stay exact', () => {
  const g = wild(500);
  layers(g);
  const some = grouped(g, new Set());
  expect(some.nodes.size).toBeLessThan(g.nodes.size);
  expect(some.nodes.has('n0')).toBe(true);
  const group = [...some.nodes.values()].find((n) => n.members)!;
  const more = grouped(g, new Set([group.id]));
  for (const id of group.members!) expect(more.nodes.has(id)).toBe(true);
  for (const e of some.edges) expect(some.nodes.has(e.from) && some.nodes.has(e.to)).toBe(true);
  expect(grouped(g, new Set(), true)).toBe(g);
  expect(add('0.1', '0.2')).toBe('0.3');
  expect(add('99999999999999999999.9', '0.1')).toBe('100000000000000000000');
  expect(add('-1', '0.25')).toBe('-0.75');
});

test('a circle of goods ends', () => {
  const g: Graph = {
    nodes: new Map(),
    edges: [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'a' },
      { from: 'a', to: 'a' }
    ]
  };
  for (const id of ['a', 'b']) g.nodes.set(id, { id, sort: 'goods', title: id, detail: '', alike: '', layer: 0 });
  layers(g);
  expect(layout(g).ids).toEqual(['a', 'b']);
});
