package stock

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
)

// raisedElsewhere lists the codes that no rule of this package raises, and who does.
var raisedElsewhere = map[string]string{
	CodeAddressExists:       "reserved: an address given again is changed, as every master record is",
	CodeBodyTooLarge:        "api",
	CodeDiskFull:            "store",
	CodeUnknownOrganisation: "cmd: a server of several",
	CodeDatabaseAway:        "store",
	CodeOutcomeUnknown:      "store",
	CodeReadOnly:            "store",
	CodeInvalidRow:          "app: imports",
	CodeUnknownColumn:       "app: imports",
	CodeUnreadableScan:      "app: scans",
	CodeCheckDigit:          "app: scans",
	CodeScanAmbiguous:       "app: scans",
	CodeScanDiffers:         "app: scans",
	CodeKnownElsewhere:      "app: look-ups",
	CodeUnknownCode:         "app: look-ups",
	CodeUnknownFeed:         "store: feeds",
	CodeFeedExists:          "store: feeds",
	CodeUnknownImport:       "store: imports",
	CodeImportEnded:         "store: imports",
	CodeUnknownMapping:      "store: remembered columns",
	CodeUnknownFile:         "store: the watched folder",
	CodeNothingToRetry:      "store: the watched folder",
	CodeFileDamaged:         "store",
	CodeEmptyFile:           "api",
	CodeIncompleteFile:      "api",
	CodeFileTooLarge:        "api",
	CodeLimitReached:        "store",
	CodeNoLogKey:            "store: the sealed log",
	CodeLogBroken:           "store: the sealed log",
	CodeNotSealed:           "app: the sealed log",
	CodeUnknownPush:         "store: where checkpoints are sent",
	CodePushExists:          "store: where checkpoints are sent",

	CodeNotSignedIn:            "app: who signs in",
	CodeActorDiffers:           "api: who is signed in",
	CodeWrongSignIn:            "app: who signs in",
	CodeOneTimeCodeRequired:    "app: who signs in",
	CodeSecondFactorRequired:   "app: who signs in",
	CodePasswordChangeRequired: "app: who signs in",
	CodeWeakPassword:           "app: who signs in",
	CodeTooManyAttempts:        "app: who signs in",
	CodeSetUpDone:              "app: who signs in",
}

// TestEveryCodeIsTested: each code that a rule raises is expected by name in a test here, and each other has its owner.
func TestEveryCodeIsTested(t *testing.T) {
	raised, expected := map[string]bool{}, map[string]bool{}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		switch name := f.Name(); {
		case name == "code.go" || name == "code_test.go" || name == "error_test.go" || !strings.HasSuffix(name, ".go"):
		case strings.HasSuffix(name, "_test.go"):
			namedIn(t, name, expected)
		default:
			namedIn(t, name, raised)
		}
	}
	names := constants(t)
	for name, code := range names {
		_, elsewhere := raisedElsewhere[code]
		switch {
		case raised[name] && elsewhere:
			t.Errorf("%s is raised here: take it off the list", code)
		case raised[name] && !expected[name]:
			t.Errorf("%s is raised, and no test expects it", code)
		case !raised[name] && !elsewhere:
			t.Errorf("%s is raised by no rule", code)
		}
	}
	if len(names) != len(Codes) {
		t.Errorf("%d constants, %d codes", len(names), len(Codes))
	}
}

func namedIn(t *testing.T, file string, names map[string]bool) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && strings.HasPrefix(id.Name, "Code") {
			names[id.Name] = true
		}
		return true
	})
}

// constants maps the names of the code constants to their values.
func constants(t *testing.T) map[string]string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), "code.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, decl := range parsed.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.CONST {
			continue
		}
		for _, spec := range gen.Specs {
			v := spec.(*ast.ValueSpec)
			out[v.Names[0].Name] = strings.Trim(v.Values[0].(*ast.BasicLit).Value, `"`)
		}
	}
	return out
}
