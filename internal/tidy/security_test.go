package tidy

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	namedTest  = regexp.MustCompile("`((?:Test|Fuzz)\\w+)`")
	namedFile  = regexp.MustCompile("`([a-z_]+(?:_test)?\\.go)`")
	testItself = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	itemNumber = regexp.MustCompile(`^(\d+)\.(\d+)\.(\d+)(?:–(\d+)\.(\d+)\.(\d+))?$`)
)

// written are the tests and the Go files that there are.
func written(t *testing.T, root string) (tests, files map[string]bool) {
	t.Helper()
	tests, files = map[string]bool{}, map[string]bool{}
	for _, folder := range []string{"cmd", "internal", "gs1"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
				return err
			}
			files[d.Name()] = true
			if strings.HasSuffix(path, "_test.go") {
				text, err := os.ReadFile(path)
				for _, m := range testItself.FindAllStringSubmatch(string(text), -1) {
					tests[m[1]] = true
				}
				return err
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return tests, files
}

// missingIn lists the tests and files that a text names and that are not there.
func missingIn(text string, tests, files map[string]bool) (out []string) {
	for _, m := range namedTest.FindAllStringSubmatch(text, -1) {
		if !tests[m[1]] {
			out = append(out, m[1])
		}
	}
	for _, m := range namedFile.FindAllStringSubmatch(text, -1) {
		if !files[m[1]] {
			out = append(out, m[1])
		}
	}
	return out
}

// TestSecurityTable: what docs/security.md names is there, every item stands once, and says whether it is met.
func TestSecurityTable(t *testing.T) {
	root := filepath.Join("..", "..")
	text, err := os.ReadFile(filepath.Join(root, "docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	tests, files := written(t, root)
	for _, name := range missingIn(string(text), tests, files) {
		t.Errorf("docs/security.md names %s, which is not there", name)
	}
	if len(missingIn("`TestNeverWritten` and `never_written.go`", tests, files)) != 2 {
		t.Error("what is not there is not found")
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		if len(cells) != 6 || !strings.ContainsAny(cells[1], "0123456789") || strings.Contains(cells[1], "*") {
			continue
		}
		for item := range strings.SplitSeq(cells[1], ",") {
			m := itemNumber.FindStringSubmatch(strings.TrimSpace(item))
			if m == nil {
				t.Errorf("%q is no number of an item", item)
				continue
			}
			first, _ := strconv.Atoi(m[3])
			last := first
			if m[4] == m[1] && m[5] == m[2] {
				last, _ = strconv.Atoi(m[6])
			}
			for n := first; n <= last; n++ {
				at := m[1] + "." + m[2] + "." + strconv.Itoa(n)
				if seen[at] {
					t.Errorf("%s stands twice", at)
				}
				seen[at] = true
			}
		}
		switch state := strings.TrimSpace(cells[3]); state {
		case "met", "in part", "not met", "not applicable":
			if strings.TrimSpace(cells[4]) == "" {
				t.Errorf("%s: neither by which test nor why", cells[1])
			}
		default:
			t.Errorf("%s: %q says nothing", cells[1], state)
		}
	}
	if len(seen) < 190 {
		t.Errorf("%d items", len(seen))
	}
}
