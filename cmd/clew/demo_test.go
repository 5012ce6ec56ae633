package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

// TestDemoCommands runs every command that the demo prints, as it prints it.
func TestDemoCommands(t *testing.T) {
	dir := t.TempDir()
	var out, errs bytes.Buffer
	if code := run([]string{"--data", dir, "demo", "--days", "40"}, nil, &out, io.Discard); code != exitDone {
		t.Fatalf("exit %d:\n%s", code, out.String())
	}
	tried := 0
	for line := range strings.Lines(out.String()) {
		command, what, is := strings.Cut(line, "  ")
		args, told := strings.CutPrefix(command, "clew ")
		if !is || !told {
			continue
		}
		tried++
		var shown bytes.Buffer
		errs.Reset()
		if code := run(strings.Fields(args), nil, &shown, &errs); code != exitDone || shown.Len() == 0 || strings.TrimSpace(what) == "" {
			t.Errorf("%s: exit %d, %q %s", command, code, shown.String(), errs.String())
		}
		for part, want := range map[string]string{"clew quality": "certificate_of_analysis missing, potency missing", "clew files": "certificate-VA", "clew trace SY": "ORIGIN UNKNOWN"} {
			if strings.HasPrefix(command, part) && !strings.Contains(shown.String(), want) {
				t.Errorf("%s does not show %q:\n%s", command, want, shown.String())
			}
		}
	}
	if tried < 15 {
		t.Errorf("%d commands tried:\n%s", tried, out.String())
	}
}
