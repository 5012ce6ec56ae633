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
