package stock

import (
	"cmp"
	"slices"

	"clew/internal/tlog"
)

// SortAliases puts the aliases of an entry into the order in which its leaf names them, which their rows do not keep.
// Aliases that the leaf lacks come last.
func SortAliases(aliases []Alias, leaf []byte) ([]Alias, error) {
	_, _, fields, err := tlog.ParseLeaf(leaf)
	if err != nil {
		return nil, err
	}
	order := map[Alias]int{}
	for _, f := range fields {
		if f.Tag == tagAlias {
			g := group(f.Fields)
			order[Alias{g.int(1), g.text(2), g.int(3)}] = len(order) - len(fields)
		}
	}
	out := slices.Clone(aliases)
	slices.SortStableFunc(out, func(a, b Alias) int { return cmp.Compare(order[a], order[b]) })
	return out, nil
}
