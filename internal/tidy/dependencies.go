package tidy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// checkDependencies finds direct dependencies, of the program in go.mod and of the desk in web/package.json, without a line of their own in
// docs/dependencies.md, and lines there for what neither has.
func checkDependencies(t tree) ([]string, error) {
	direct, err := directDependencies(t)
	if err != nil {
		return nil, err
	}
	listed := listedDependencies(t.texts["docs/dependencies.md"])
	var found []string
	for _, name := range direct {
		if n := listed[name]; n != 1 {
			found = append(found, fmt.Sprintf("docs/dependencies.md: %d lines for %s, want one", n, name))
		}
	}
	for _, name := range sortedKeys(listed) {
		if !slices.Contains(direct, name) {
			found = append(found, fmt.Sprintf("docs/dependencies.md: %s is no direct dependency in go.mod or web/package.json", name))
		}
	}
	return found, nil
}

func directDependencies(t tree) ([]string, error) {
	mod, err := modfile.Parse("go.mod", []byte(t.texts["go.mod"]), nil)
	if err != nil {
		return nil, err
	}
	var direct []string
	for _, r := range mod.Require {
		if !r.Indirect {
			direct = append(direct, r.Mod.Path)
		}
	}
	if desk, is := t.texts["web/package.json"]; is {
		var packages struct{ Dependencies, DevDependencies map[string]string }
		if err := json.Unmarshal([]byte(desk), &packages); err != nil {
			return nil, fmt.Errorf("web/package.json: %w", err)
		}
		direct = append(append(direct, sortedKeys(packages.Dependencies)...), sortedKeys(packages.DevDependencies)...)
	}
	return direct, nil
}

// listedDependencies counts the names in backquotes in the first cells of table lines.
func listedDependencies(page string) map[string]int {
	listed := map[string]int{}
	for line := range strings.Lines(page) {
		if cells := tableCells(line); cells != nil && strings.HasPrefix(cells[0], "`") {
			for name := range strings.SplitSeq(cells[0], ", ") {
				listed[strings.Trim(name, "`")]++
			}
		}
	}
	return listed
}
