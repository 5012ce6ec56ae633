package trace

import (
	"context"

	"clew/internal/stock"
)

// Step finds the links of one level: those that lead on from the nodes of the frontier.
type Step func(ctx context.Context, frontier Frontier) (*Level, error)

// Frontier is the nodes from which a level leads on, and the goods that they are.
type Frontier struct {
	Nodes
	Goods []Goods // by product and lot
}

// Level is what lies one step further on.
type Level struct {
	Links []Link
	More  int64   // links beyond those listed
	Goods []Goods // what the links lead to, by product and lot; after Walk without what was visited before
	// Chosen are goods on the links whose lot the strategy picked, by product and lot.
	Chosen []Goods
}

// Link is one group of a transformation, or several alike: all inputs lead to all outputs.
type Link struct {
	Entry  int64
	Item   int64 // the first on its far side
	Group  int   // the first of Groups; the store fills it in
	Groups int64 // how many groups of the entry are told as one
	Place  int64 // of a mixed link: the tank or silo
	Mixed  bool  // the goods may have mixed: nobody knows which of the inputs are in which of the outputs
	In     []Goods
	Out    []Goods
}

// Options bound a walk.
type Options struct {
	MaxLevels int // 0: to the end
	// Progress is called after each level with the number of nodes found so far; false stops the walk.
	Progress func(level int, nodes int64) bool
}

// Walked is how far a walk came.
type Walked struct {
	Levels  []*Level
	Reached Nodes // without those it started from
	Stopped bool  // before the end
}

// Walk goes from level to level until nothing new is found. It fails only with the step's error.
func Walk(ctx context.Context, start []Goods, step Step, o Options) (*Walked, error) {
	w := &Walked{}
	frontier := Frontier{NodesOf(start), start}
	visited := frontier.Nodes
	for !frontier.Empty() {
		if o.MaxLevels > 0 && len(w.Levels) == o.MaxLevels {
			w.Stopped = true
			break
		}
		level, err := step(ctx, frontier)
		if err != nil {
			return nil, err
		}
		if len(level.Links) == 0 && level.More == 0 {
			break
		}
		frontier = Frontier{level.only(visited), level.Goods}
		visited = visited.Union(frontier.Nodes)
		w.Reached = w.Reached.Union(frontier.Nodes)
		w.Levels = append(w.Levels, level)
		if o.Progress != nil && !o.Progress(len(w.Levels), w.Reached.Count()) {
			w.Stopped = !frontier.Empty()
			break
		}
	}
	return w, nil
}

// only drops from the level's goods what was visited, and returns the nodes that are left.
func (l *Level) only(visited Nodes) Nodes {
	var lots []int64
	var units reached
	kept := l.Goods[:0]
	for _, g := range l.Goods {
		switch {
		case len(g.Units) > 0:
			if len(visited.Units) > 0 {
				g.Units = g.Units.Minus(visited.Units)
				g.Quantity = stock.Units(g.Units.Count())
			}
			if len(g.Units) == 0 {
				continue
			}
			units.add(g.Units)
		case g.Lot != 0:
			if visited.Lots.Contains(g.Lot) {
				continue
			}
			lots = append(lots, g.Lot)
		}
		kept = append(kept, g)
	}
	l.Goods = kept
	return Nodes{Lots: stock.RunsOf(lots), Units: units.set()}
}
