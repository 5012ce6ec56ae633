package bench

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"clew/internal/tlog"
)

// evidence measures the log as evidence: sealing, proofs and verification. There is no floor: a bare engine proves nothing.
func (r *run) evidence() error {
	s, err := r.fresh("evidence")
	if err != nil {
		return err
	}
	defer r.close(s)
	n := r.unit / 2
	if _, err := r.bulk(s, n); err != nil {
		return err
	}
	start := time.Now()
	text, err := s.get(r.ctx, "/v1/log/checkpoint")
	if err != nil {
		return err
	}
	var c struct{ Entries, Recorded int64 }
	if err := json.Unmarshal(text, &c); err != nil || c.Entries != c.Recorded || c.Entries < int64(n) {
		return fmt.Errorf("not all is sealed: %.300s", text)
	}
	r.add(fmt.Sprintf("a checkpoint of %d entries, right after the last of them", c.Entries), ms(time.Since(start)), "", "", "< 1 s")
	took, err := r.asked(s, fmt.Sprintf("/v1/log/proof/inclusion?entry=%d", n/2), `"path":["`)
	if err != nil {
		return err
	}
	text, err = s.get(r.ctx, fmt.Sprintf("/v1/log/proof?code=entry:%d", n/2))
	if err != nil {
		return err
	}
	p, err := tlog.ReadProof(text)
	if err != nil {
		return err
	}
	r.add("  proof of an entry", ms(took), "", "", "1 ms at a million")
	r.add("  its path / its file beside the leaf", fmt.Sprintf("%d / %d bytes", len(p.Path), len(text)-len(p.Leaf)*4/3), "", "", "<= 640 / < 2048 at a million")
	start, busy := time.Now(), processorTime(s.cmd.Process.Pid)
	if _, err := s.get(r.ctx, "/v1/verify"); err != nil {
		return err
	}
	wall, busy := time.Since(start), processorTime(s.cmd.Process.Pid)-busy
	r.add("  verification, a new lot an entry: leaves, by the clock / by processor time", rate(int(c.Entries), wall)+" / "+rate(int(c.Entries), busy), "", "", ">= 100,000/s a core")
	return nil
}

// processorTime is what a process has used so far, in hundredths of a second; none where the system does not tell.
func processorTime(pid int) time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}
