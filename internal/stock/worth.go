package stock

import "math/big"

// Worth is an exact sum of quantities times what one costs.
type Worth struct{ sum big.Int } // in millionths of millionths

// Add adds a quantity at its cost.
func (w *Worth) Add(quantity, cost Quantity) {
	var product big.Int
	product.Mul(big.NewInt(int64(quantity)), big.NewInt(int64(cost)))
	w.sum.Add(&w.sum, &product)
}

// Plus adds another sum.
func (w *Worth) Plus(other *Worth) { w.sum.Add(&w.sum, &other.sum) }

// String writes the sum as a decimal, with as many digits as it takes.
func (w *Worth) String() string {
	r := new(big.Rat).SetFrac(&w.sum, new(big.Int).Mul(big.NewInt(int64(One)), big.NewInt(int64(One))))
	digits, _ := r.FloatPrec() // exact: the divisor is a power of ten
	return r.FloatString(digits)
}

// Sign is 0 for nothing, 1 for more, -1 for less.
func (w *Worth) Sign() int { return w.sum.Sign() }

// Compare is like cmp.Compare.
func (w *Worth) Compare(other *Worth) int { return w.sum.Cmp(&other.sum) }

// PercentOf is how much of a whole it is in percent, with two decimals, cut off.
func (w *Worth) PercentOf(whole *Worth) Quantity {
	if whole.sum.Sign() <= 0 {
		return 0
	}
	var share big.Int
	share.Mul(&w.sum, big.NewInt(10_000))
	share.Quo(&share, &whole.sum)
	return Quantity(share.Int64()) * (One / 100)
}
