package stock

import (
	"strings"
	"testing"
)

func TestCommonUoM(t *testing.T) {
	for text, want := range map[string]string{"kg": "KGM", "KG": "KGM", " Stk. ": "H87", "Stück": "H87", "l": "LTR", "m²": "MTK", "KGM": "KGM", "C62": "C62", "": "", "PR": "PR", "pair": "PR", "kilobarrel": "kilobarrel"} {
		if got := CommonUoM(text); got != want {
			t.Errorf("CommonUoM(%q) is %q, want %q", text, got, want)
		}
	}
	for name, code := range measures {
		if err := checkUoM(code); err != nil {
			t.Errorf("%q stands for %q, which is refused: %v", name, code, err)
		}
		if err := checkUoM(name); err == nil || !strings.Contains(err.Detail, code) {
			t.Errorf("%q is answered with %v, which does not name %s", name, err, code)
		}
	}
}
