package trace

import (
	"reflect"
	"testing"

	"clew/internal/stock"
)

// TestStands: whatever was put right, and put right again, what stands is what the last one said.
func TestStands(t *testing.T) {
	lot := func(id int64, q int64) Goods { return Goods{Product: 1, Lot: id, Quantity: stock.Quantity(q)} }
	units := func(of int64, ids ...int64) Goods {
		return Goods{Product: 1, Lot: of, Units: stock.RunsOf(ids), Quantity: stock.Units(len(ids))}
	}
	type step struct {
		g    Goods
		give bool
	}
	for name, c := range map[string]struct {
		own   Goods
		steps []step
		left  bool
		want  Goods
		given []Goods
	}{
		"reversed in part":         {lot(1, 10), []step{{lot(1, 4), false}}, true, lot(1, 6), nil},
		"half was another":         {lot(1, 10), []step{{lot(1, 4), false}, {lot(2, 4), true}}, true, lot(1, 6), []Goods{lot(2, 4)}},
		"and back":                 {lot(1, 10), []step{{lot(1, 10), false}, {lot(2, 10), true}, {lot(2, 10), false}, {lot(1, 10), true}}, true, lot(1, 10), nil},
		"on to a third":            {lot(1, 10), []step{{lot(1, 10), false}, {lot(2, 10), true}, {lot(2, 3), false}, {lot(3, 3), true}}, false, lot(1, 0), []Goods{lot(2, 7), lot(3, 3)}},
		"another, then reversed":   {lot(1, 10), []step{{lot(1, 10), false}, {lot(2, 10), true}, {lot(2, 10), false}}, false, lot(1, 0), nil},
		"units of another lot":     {units(1, 5, 6), []step{{units(1, 5), false}, {units(2, 5), true}}, true, units(1, 6), []Goods{units(2, 5)}},
		"and back again":           {units(1, 5, 6), []step{{units(1, 5), false}, {units(2, 5), true}, {units(2, 5), false}, {units(1, 5), true}}, true, units(1, 5, 6), nil},
		"another unit":             {units(0, 5), []step{{units(0, 5), false}, {units(0, 9), true}}, false, units(0), []Goods{units(0, 9)}},
		"another unit, taken back": {units(0, 5), []step{{units(0, 5), false}, {units(0, 9), true}, {units(0, 9), false}, {units(0, 5), true}}, true, units(0, 5), nil},
	} {
		var s Stands
		for _, step := range c.steps {
			if step.give {
				s.Give(step.g)
			} else {
				s.Take(step.g)
			}
		}
		own := c.own
		if left := own.Less(s.Gone); left != c.left || left && !reflect.DeepEqual(own, c.want) || !reflect.DeepEqual(s.Left(), c.given) {
			t.Errorf("%s: left %v: %+v, and %+v", name, left, own, s.Left())
		}
	}
}
