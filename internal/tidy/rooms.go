package tidy

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// room is a package, with those below it, and what of the house it may import.
type room struct {
	path    string
	imports []string // rooms; nil for none
	outside []string // modules it may import; nil for any
}

// The floors, each with all that is under it. Imports go down only.
var (
	ground     = []string{"gs1", "epcis", "internal/tlog", "internal/label", "internal/archive"}
	underStore = append(slices.Clone(ground), "internal/stock", "internal/trace", "internal/auth")
	underApp   = append(slices.Clone(underStore), "internal/store")
	underAPI   = append(slices.Clone(underApp), "internal/app", "gs1/symbol")
	allFloors  = append(slices.Clone(underAPI), "internal/api", "web")
	underRoof  = append(slices.Clone(allFloors), "internal/bench", "internal/demo")
)

// rooms is the house. A package that is in none of them is a finding.
var rooms = []room{
	{path: "gs1/symbol", imports: []string{"gs1"}, outside: []string{"github.com/boombuler/barcode", "golang.org/x/image", "rsc.io/qr"}},
	{path: "gs1", outside: []string{}}, // others import it: the standard library only
	{path: "epcis"},
	{path: "internal/tlog", outside: []string{"golang.org/x/mod"}},

	{path: "internal/label"},
	{path: "internal/archive", outside: []string{}},

	{path: "internal/stock", imports: []string{"gs1", "internal/tlog", "internal/label", "internal/auth"}},
	{path: "internal/trace", imports: append([]string{"internal/stock"}, ground...)}, // it walks over stock.Runs
	{path: "internal/auth", imports: ground, outside: []string{"golang.org/x/crypto", "golang.org/x/text"}},

	{path: "internal/store", imports: underStore},
	{path: "internal/app", imports: underApp},
	{path: "internal/api", imports: underAPI},
	{path: "web", outside: []string{}},
	{path: "cmd/clew", imports: underRoof},

	{path: "internal/sim", imports: underRoof},
	{path: "internal/bench", imports: append(slices.Clone(allFloors), "internal/pgtest")},
	{path: "internal/demo", imports: []string{"internal/app", "internal/auth", "internal/stock", "internal/store"}},
	{path: "internal/pgtest"},   // brings up PostgreSQL for tests and bench
	{path: "internal/powercut"}, // a disk for tests that forgets
	{path: "internal/tidy"},
}

// keepers says which packages outside the house only some rooms may import.
var keepers = []struct {
	what  []string // import paths, with all below them
	rooms []string
	free  bool // tests, sim and bench may too
}{
	{
		what:  []string{"database/sql", "modernc.org/sqlite", "github.com/pressly/goose"},
		rooms: []string{"internal/store"},
		free:  true,
	},
	{
		what:  []string{"github.com/jackc/pgx"},
		rooms: []string{"internal/store", "internal/pgtest"},
		free:  true,
	},
	{
		what:  []string{"net/http"},
		rooms: []string{"internal/api", "web", "cmd/clew"},
		free:  true,
	},
	{
		what:  []string{"github.com/danielgtaylor/huma"},
		rooms: []string{"internal/api"},
	},
}

// bannedNames say nothing about what is in a package.
var bannedNames = []string{"util", "utils", "common", "helper", "helpers", "model", "models"}

// checkImports finds imports that the house does not allow.
func checkImports(t tree) []string {
	var found []string
	for _, f := range t.files {
		in, ok := roomOf(f.dir())
		if !ok {
			found = append(found, fmt.Sprintf("%s: no room of the house: add it to the table in internal/tidy", f.path))
			continue
		}
		for _, imp := range f.imports() {
			if reason := refuseImport(t.module, in, f, imp); reason != "" {
				found = append(found, fmt.Sprintf("%s: imports %s: %s", f.path, imp, reason))
			}
		}
	}
	return found
}

func refuseImport(module string, in room, f goFile, imp string) string {
	if inner, ours := strings.CutPrefix(imp, module+"/"); ours {
		to, ok := roomOf(inner)
		switch {
		case !ok:
			return "no room of the house"
		case to.path == in.path, slices.Contains(in.imports, to.path):
			return ""
		case f.isTest() && (to.path == "internal/sim" || to.path == "internal/pgtest" || to.path == "internal/powercut"):
			return ""
		}
		return in.path + " may not import " + to.path
	}
	for _, k := range keepers {
		if !slices.ContainsFunc(k.what, func(what string) bool { return under(imp, what) }) {
			continue
		}
		isFree := k.free && (f.isTest() || in.path == "internal/sim" || in.path == "internal/bench")
		if !isFree && !slices.Contains(k.rooms, in.path) {
			return "only for " + strings.Join(k.rooms, ", ")
		}
	}
	first, _, _ := strings.Cut(imp, "/")
	standard := !strings.Contains(first, ".")
	if in.outside != nil && !standard && !f.isTest() &&
		!slices.ContainsFunc(in.outside, func(m string) bool { return under(imp, m) }) {
		return in.path + " imports only the standard library and " + strings.Join(in.outside, ", ")
	}
	return ""
}

// roomOf finds the room that a folder belongs to.
func roomOf(dir string) (room, bool) {
	for _, r := range rooms {
		if under(dir, r.path) {
			return r, true
		}
	}
	return room{}, false
}

// under says whether name is parent or below it.
func under(name, parent string) bool {
	return name == parent || strings.HasPrefix(name, parent+"/")
}

// checkPackageNames finds packages whose name says nothing.
func checkPackageNames(t tree) []string {
	seen := map[string]bool{}
	for _, f := range t.files {
		for _, name := range []string{strings.TrimSuffix(f.ast.Name.Name, "_test"), path.Base(f.dir())} {
			if slices.Contains(bannedNames, name) {
				seen[fmt.Sprintf("%s: a package is named for what it holds, not %q", f.dir(), name)] = true
			}
		}
	}
	return sortedKeys(seen)
}

// checkPackageComments finds packages without a package comment.
func checkPackageComments(t tree) []string {
	commented := map[string]bool{}
	for _, f := range t.files {
		commented[f.dir()] = commented[f.dir()] || f.ast.Doc != nil
	}
	var found []string
	for _, dir := range sortedKeys(commented) {
		if !commented[dir] {
			found = append(found, dir+": no package comment")
		}
	}
	return found
}
