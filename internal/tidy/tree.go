package tidy

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// tree is what the checks look at: every file of the repository that one of them reads.
type tree struct {
	module string
	files  []goFile
	texts  map[string]string // go.mod, migrations and pages, by path
}

// goFile is one parsed Go file.
type goFile struct {
	path  string // slash-separated, from the root of the repository
	lines int
	ast   *ast.File
	fset  *token.FileSet
}

func (f goFile) dir() string { return path.Dir(f.path) }

func (f goFile) isTest() bool { return strings.HasSuffix(f.path, "_test.go") }

// imports gives the import paths of the file.
func (f goFile) imports() []string {
	var paths []string
	for _, spec := range f.ast.Imports {
		paths = append(paths, strings.Trim(spec.Path.Value, "`\""))
	}
	return paths
}

// readTree reads the repository under root.
func readTree(root string) (tree, error) {
	sources := map[string]string{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // removed while we walk
		}
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name != root && skipDir(d.Name(), name) {
				return filepath.SkipDir
			}
			return nil
		}
		rel, err := filepath.Rel(root, name)
		if err != nil || !wanted(filepath.ToSlash(rel)) {
			return err
		}
		text, err := os.ReadFile(name)
		sources[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		return tree{}, err
	}
	return parseTree(sources)
}

// skipDir leaves out what is not ours, and modules of their own.
func skipDir(base, full string) bool {
	if strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") {
		return true
	}
	switch base {
	case "node_modules", "testdata", "bin", "data":
		return true
	}
	_, err := os.Stat(filepath.Join(full, "go.mod"))
	return err == nil
}

func wanted(name string) bool {
	switch {
	case name == "go.mod", name == "web/package.json", strings.HasSuffix(name, ".go"):
		return true
	case strings.HasPrefix(name, "docs/"):
		return strings.HasSuffix(name, ".md")
	case strings.HasPrefix(name, "internal/store/migrations/"):
		return strings.HasSuffix(name, ".sql")
	}
	return false
}

// parseTree parses sources, given by path.
func parseTree(sources map[string]string) (tree, error) {
	t := tree{module: "clew", texts: map[string]string{}}
	fset := token.NewFileSet()
	for _, name := range sortedKeys(sources) {
		text := sources[name]
		if !strings.HasSuffix(name, ".go") {
			t.texts[name] = text
			continue
		}
		file, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return t, fmt.Errorf("parse: %w", err)
		}
		t.files = append(t.files, goFile{path: name, lines: strings.Count(text, "\n"), ast: file, fset: fset})
	}
	return t, nil
}
