package stock

import (
	"encoding/json"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestParseQuantity(t *testing.T) {
	for _, c := range []struct {
		text     string
		want     Quantity
		written  string
		decimals int
	}{
		{"0", 0, "0", 0},
		{"-0", 0, "0", 0},
		{"-0.000000", 0, "0", 0},
		{"12", 12_000_000, "12", 0},
		{"0.5", 500_000, "0.5", 1},
		{"-3.25", -3_250_000, "-3.25", 2},
		{"-0.25", -250_000, "-0.25", 2},
		{"1.500000", 1_500_000, "1.5", 1},
		{"0.000001", 1, "0.000001", 6},
		{"007.010", 7_010_000, "7.01", 2},
		{"9000000000000", MaxQuantity, "9000000000000", 0},
		{"-9000000000000.000000", -MaxQuantity, "-9000000000000", 0},
	} {
		got, err := ParseQuantity(c.text)
		if err != nil || got != c.want || got.String() != c.written || got.Decimals() != c.decimals {
			t.Errorf("%q: got %d %q %d, %v", c.text, got, got, got.Decimals(), err)
		}
	}
}

func TestParseQuantityRefuses(t *testing.T) {
	for text, code := range map[string]string{
		"": CodeInvalidQuantity, "-": CodeInvalidQuantity, ".": CodeInvalidQuantity, "5.": CodeInvalidQuantity, ".5": CodeInvalidQuantity,
		"+5": CodeInvalidQuantity, "--5": CodeInvalidQuantity, " 5": CodeInvalidQuantity, "5 ": CodeInvalidQuantity, "1e3": CodeInvalidQuantity,
		"1,5": CodeInvalidQuantity, "1.2.3": CodeInvalidQuantity, "0x10": CodeInvalidQuantity, "٣": CodeInvalidQuantity, "NaN": CodeInvalidQuantity,
		"1.-5": CodeInvalidQuantity, "9000000000000.000001": CodeInvalidQuantity, "-9000000000000.000001": CodeInvalidQuantity,
		"9223372036854.775808": CodeInvalidQuantity, "99999999999999999999999999": CodeInvalidQuantity,
		"0.0000001": CodeOverPrecise, "1.0000000": CodeOverPrecise,
	} {
		got, err := ParseQuantity(text)
		e, ok := AsError(err)
		if !ok || e.Code != code || e.Kind != Invalid || got != 0 {
			t.Errorf("%q: got %d, %v, want %s", text, got, err, code)
		}
	}
}

func TestQuantityJSON(t *testing.T) {
	type body struct {
		Quantity Quantity `json:"quantity"`
	}
	for text, want := range map[string]Quantity{
		`{"quantity":"12.5"}`: 12_500_000, `{"quantity":12.5}`: 12_500_000, `{"quantity":-3}`: -3_000_000, `{"quantity":null}`: 7,
		`{"quantity":"\u0031"}`: One, `{"quantity":8999999999999.999999}`: MaxQuantity - 1, `{}`: 7,
	} {
		b := body{7}
		if err := json.Unmarshal([]byte(text), &b); err != nil || b.Quantity != want {
			t.Errorf("%s: got %d, %v", text, b.Quantity, err)
		}
	}
	for _, text := range []string{`{"quantity":1e3}`, `{"quantity":"1e3"}`, `{"quantity":true}`, `{"quantity":""}`, `{"quantity":{}}`, `{"quantity":1.0E0}`} {
		b := body{7}
		err := json.Unmarshal([]byte(text), &b)
		if e, ok := AsError(err); !ok || e.Code != CodeInvalidQuantity || b.Quantity != 7 {
			t.Errorf("%s: got %d, %v", text, b.Quantity, err)
		}
	}
	if out, err := json.Marshal(body{-3_250_000}); err != nil || string(out) != `{"quantity":"-3.25"}` {
		t.Errorf("got %s, %v", out, err)
	}
	var q Quantity
	if err := q.UnmarshalJSON([]byte(`"open`)); err == nil {
		t.Error("an open string is taken")
	}
}

func TestQuantityString(t *testing.T) {
	if got := Quantity(math.MinInt64).String(); got != "-9223372036854.775808" {
		t.Errorf("got %s", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		q := Quantity(rapid.Int64Range(-int64(MaxQuantity), int64(MaxQuantity)).Draw(t, "q"))
		if back, err := ParseQuantity(q.String()); err != nil || back != q {
			t.Fatalf("%d is written %q and read %d, %v", q, q, back, err)
		}
		rat, ok := new(big.Rat).SetString(q.String())
		if !ok || rat.Cmp(big.NewRat(int64(q), int64(One))) != 0 {
			t.Fatalf("%d is written %q", q, q)
		}
	})
}

func TestQuantityAdd(t *testing.T) {
	quantity := rapid.OneOf(
		rapid.Int64Range(-int64(MaxQuantity), int64(MaxQuantity)),
		rapid.SampledFrom([]int64{int64(MaxQuantity), -int64(MaxQuantity), 0, 1, -1, math.MaxInt64, math.MinInt64}),
	)
	rapid.Check(t, func(t *rapid.T) {
		a, b := quantity.Draw(t, "a"), quantity.Draw(t, "b")
		want := new(big.Int).Add(big.NewInt(a), big.NewInt(b))
		fits := want.CmpAbs(big.NewInt(int64(MaxQuantity))) <= 0
		sum, ok := Quantity(a).Add(Quantity(b))
		if ok != fits || ok && int64(sum) != want.Int64() || !ok && sum != 0 {
			t.Fatalf("%d + %d: got %d, %v", a, b, sum, ok)
		}
	})
}

func TestUnits(t *testing.T) {
	if got := Units(-3); got != -3*One {
		t.Errorf("got %d", got)
	}
	if got := Units(9_000_000_000_000); got != MaxQuantity {
		t.Errorf("got %d", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("one more is taken")
		}
	}()
	Units(9_000_000_000_001)
}

func FuzzParseQuantity(f *testing.F) {
	for _, text := range []string{"12", "-0.5", "9000000000000", "1e3", "0.0000001"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := ParseQuantity(text)
		if err != nil {
			return
		}
		rat, ok := new(big.Rat).SetString(text)
		if !ok || rat.Cmp(big.NewRat(int64(q), int64(One))) != 0 {
			t.Fatalf("%q is read %d", text, q)
		}
		if back, err := ParseQuantity(q.String()); err != nil || back != q {
			t.Fatalf("%q is written %q, read %d, %v", text, q, back, err)
		}
	})
}
