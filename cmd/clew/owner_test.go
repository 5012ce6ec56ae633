package main

import (
	"bytes"
	"strings"
	"testing"

	"clew/internal/pgtest"
	"clew/internal/store"
)

// TestServe_RefusesOwner: a server that others reach does not work as the role that owns the ledger; one on the machine itself may, and so
// may others as the role that was given no more than to serve.
func TestServe_RefusesOwner(t *testing.T) {
	server := pgtest.Start(t)
	org := "refusesowner"
	owner := server.URL(pgtest.Owner, pgtest.Shared)
	if err := store.CreateOrg(t.Context(), owner, org, pgtest.App); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	code := run([]string{"--data", t.TempDir(), "--db", owner, "--org", org, "serve", "--ephemeral", "--listen", "0.0.0.0:0", "--behind-proxy", "10.0.0.5"}, strings.NewReader(""), &out, &errs)
	if code == exitDone || !strings.Contains(errs.String(), "owns the ledger and could rewrite it") {
		t.Errorf("%d %s%s", code, errs.String(), out.String())
	}
	for _, c := range []struct {
		url    string
		reach  reach
		refuse bool
	}{
		{owner, reach{BehindProxy: "10.0.0.5"}, true},
		{owner, reach{TLSCert: "cert.pem"}, true},
		{owner, reach{}, false},
		{server.URL(pgtest.App, pgtest.Shared), reach{BehindProxy: "10.0.0.5"}, false},
	} {
		s, err := store.Open(t.Context(), store.Options{URL: c.url, Org: org, Dir: t.TempDir(), Ephemeral: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.reach.refuseOwner(t.Context(), s); (err != nil) != c.refuse {
			t.Errorf("%+v: %v", c.reach, err)
		}
		s.Close()
	}
}
