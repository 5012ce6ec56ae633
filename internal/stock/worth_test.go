package stock

import "testing"

func TestWorth(t *testing.T) {
	for _, c := range []struct{ quantity, cost, want string }{
		{"3", "12.5", "37.5"}, {"0.000001", "0.000001", "0.000000000001"}, {"9000000000", "9000000000", "81000000000000000000"}, {"0.1", "0.3", "0.03"}, {"4", "0.25", "1"},
	} {
		q, err := ParseQuantity(c.quantity)
		cost, err2 := ParseQuantity(c.cost)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		var w, sum Worth
		w.Add(q, cost)
		sum.Plus(&w)
		if sum.String() != c.want {
			t.Errorf("%s at %s is worth %s, want %s", c.quantity, c.cost, sum.String(), c.want)
		}
	}
}
