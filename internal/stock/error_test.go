package stock

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
)

func TestErrorText(t *testing.T) {
	for _, c := range []struct {
		err  *Error
		want string
	}{
		{Errorf(Invalid, CodeRequired, "lot", "%s is missing", "a lot"), "lot: a lot is missing (required)"},
		{Errorf(Internal, CodeInternal, "", "it broke"), "it broke (internal)"},
		{Errorf(Invalid, CodeRequired, "lot", "gone").At("items[3]"), "items[3].lot: gone (required)"},
		{Errorf(Invalid, CodeRequired, "lot", "gone").At("items[3]."), "items[3].lot: gone (required)"},
		{Errorf(Invalid, CodeRequired, ".lot", "gone").At("items[3]."), "items[3].lot: gone (required)"},
		{Errorf(Invalid, CodeRequired, "", "gone").At("items[3]."), "items[3]: gone (required)"},
		{Errorf(Invalid, CodeRequired, "[3].lot", "gone").At("items"), "items[3].lot: gone (required)"},
		{Errorf(Invalid, CodeRequired, "lot", "gone").At(""), "lot: gone (required)"},
		{Errorf(Invalid, CodeRequired, "lot", "gone").At("items[3]").At("entries[1]"), "entries[1].items[3].lot: gone (required)"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestErrorAtCopies(t *testing.T) {
	e := Errorf(Conflict, CodeLotOnHold, "lot", "held")
	e.Offer, e.About = "another lot", []string{"H1"}
	c := e.At("items[0]")
	c.About[0] = "H2"
	if e.Field != "lot" || e.About[0] != "H1" {
		t.Errorf("At changed the original: %+v", e)
	}
	if c.Kind != Conflict || c.Offer != "another lot" {
		t.Errorf("At lost something: %+v", c)
	}
}

func TestAsError(t *testing.T) {
	e := Errorf(NotFound, CodeUnknownLot, "lot", "no lot L1")
	if got, ok := AsError(fmt.Errorf("wrapped: %w", e)); !ok || got != e {
		t.Errorf("wrapped: got %v, %v", got, ok)
	}
	var none *Error
	for _, err := range []error{nil, errors.New("other"), none} {
		if got, ok := AsError(err); ok || got != nil {
			t.Errorf("%v: got %v, %v", err, got, ok)
		}
	}
}

func TestErrorKindNames(t *testing.T) {
	seen := map[string]bool{}
	for k := Invalid; k <= Internal; k++ {
		if name := k.String(); seen[name] || name == "unknown" {
			t.Errorf("kind %d is called %q", k, name)
		} else {
			seen[name] = true
		}
	}
	if ErrorKind(0).String() != "unknown" {
		t.Error("the zero kind has a name")
	}
}

func TestClip(t *testing.T) {
	if got := clip(strings.Repeat("a", 59) + "ééé"); got != strings.Repeat("a", 59)+"…" {
		t.Errorf("got %q", got)
	}
	if got := clip("short"); got != "short" {
		t.Errorf("got %q", got)
	}
}

// TestCodes keeps the constants and the map of their meanings in step.
func TestCodes(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "code.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]string{}
	for _, decl := range file.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.CONST {
			continue
		}
		for _, spec := range gen.Specs {
			v := spec.(*ast.ValueSpec)
			name := v.Names[0].Name
			code, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			if other, ok := declared[code]; ok {
				t.Errorf("%s and %s are both %q", name, other, code)
			}
			declared[code] = name
			if !strings.EqualFold(name, "Code"+strings.ReplaceAll(code, "_", "")) {
				t.Errorf("%s does not match its code %q", name, code)
			}
			if !strings.HasPrefix(v.Doc.Text(), name+" says that ") {
				t.Errorf("%s has no doc comment %q", name, name+" says that …")
			}
			if Codes[code] == "" {
				t.Errorf("%s is missing in Codes", name)
			}
		}
	}
	for code := range Codes {
		if declared[code] == "" {
			t.Errorf("Codes has %q, which no constant has", code)
		}
	}
	if len(declared) < 60 {
		t.Errorf("only %d codes found: is the test reading the right file?", len(declared))
	}
}
