package tidy

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// checkDependencies finds direct dependencies without a line in
// docs/dependencies.md, and lines there for what go.mod does not have.
func checkDependencies(t tree) ([]string, error) {
	mod, err := modfile.Parse("go.mod", []byte(t.texts["go.mod"]), nil)
	if err != nil {
		return nil, err
	}
	listed := listedDependencies(t.texts["docs/dependencies.md"])
	var direct, found []string
	for _, r := range mod.Require {
		if r.Indirect {
			continue
		}
		direct = append(direct, r.Mod.Path)
		if n := listed[r.Mod.Path]; n != 1 {
			found = append(found, fmt.Sprintf("docs/dependencies.md: %d lines for %s, want one", n, r.Mod.Path))
		}
	}
	for _, module := range sortedKeys(listed) {
		if !slices.Contains(direct, module) {
			found = append(found, fmt.Sprintf("docs/dependencies.md: %s is no direct dependency in go.mod", module))
		}
	}
	return found, nil
}

// listedDependencies counts the table lines that begin with a module in backquotes.
func listedDependencies(page string) map[string]int {
	listed := map[string]int{}
	for line := range strings.Lines(page) {
		if cells := tableCells(line); cells != nil && strings.HasPrefix(cells[0], "`") {
			listed[strings.Trim(cells[0], "`")]++
		}
	}
	return listed
}
