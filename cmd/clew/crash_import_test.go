package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestCrash_Import kills an import in its middle and starts it again: no row is doubled and none is lost, of a CSV file and
// of the workbook that the same stock is exported as.
func TestCrash_Import(t *testing.T) {
	const rows = 6000
	dir := t.TempDir()
	binary := buildClew(t, dir)
	path := func(name string) string { return filepath.Join(dir, name) }
	clew := func(data string, args ...string) string {
		t.Helper()
		out, err := exec.Command(binary, append(args, "--data", path(data))...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	var stock strings.Builder
	stock.WriteString("site,location,product,lot,quantity\n")
	for i := range rows {
		fmt.Fprintf(&stock, "MAIN,A1,BUN,L%05d,%d\n", i, 1+i%9)
	}
	for name, text := range map[string]string{"products": "sku,tracking\nBUN,lot\n", "sites": "code\nMAIN\n", "locations": "site,code\nMAIN,A1\n", "opening": stock.String()} {
		if err := os.WriteFile(path(name+".csv"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"opening.csv", "opening.xlsx"} {
		for _, kind := range []string{"products", "sites", "locations"} {
			clew(file+".data", "import", kind, path(kind+".csv"))
		}
		killMidway(t, exec.Command(binary, "import", "opening", path(file), "--data", path(file+".data"), "--progress"))
		again := clew(file+".data", "import", "opening", path(file))
		if strings.Contains(again, fmt.Sprintf("%d recorded", rows)) || strings.Contains(again, " 0 were there already") || !strings.Contains(again, " 0 refused") {
			t.Errorf("%s was not killed in its middle:\n%s", file, again)
		}
		if third := clew(file+".data", "import", "opening", path(file)); !strings.Contains(third, fmt.Sprintf("%d were there already", rows)) {
			t.Errorf("%s a third time:\n%s", file, third)
		}
		if whole := clew(file+".data", "verify"); !strings.Contains(whole, "whole") {
			t.Error(whole)
		}
		clew(file+".data", "export", "stock", "-o", path("opening.xlsx"))
		if got := strings.Count(clew(file+".data", "export", "stock"), "\n") - 1; got != rows {
			t.Errorf("%d rows of stock after %s, want %d", got, file, rows)
		}
	}
}

// killMidway kills an import once it has told its first progress.
func killMidway(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	errs, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	told := make(chan struct{})
	go func() {
		errs.Read(make([]byte, 1))
		close(told)
		io.Copy(io.Discard, errs)
	}()
	select {
	case <-told:
	case <-time.After(time.Minute):
		t.Error("the import told no progress")
	}
	cmd.Process.Kill()
	cmd.Wait()
}
