package tidy

import (
	"fmt"
	"go/ast"
)

// Beyond these a type is usually missing. Reported, not refused.
const (
	longFile = 500
	longFunc = 70
)

// longPieces lists long files and functions.
func longPieces(t tree) []string {
	var found []string
	for _, f := range t.files {
		if f.lines > longFile {
			found = append(found, fmt.Sprintf("%s: %d lines", f.path, f.lines))
		}
		for _, decl := range f.ast.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			from, to := f.fset.Position(fn.Pos()), f.fset.Position(fn.End())
			if n := to.Line - from.Line + 1; n > longFunc {
				found = append(found, fmt.Sprintf("%s:%d: func %s has %d lines", f.path, from.Line, fn.Name.Name, n))
			}
		}
	}
	return found
}
