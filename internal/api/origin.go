package api

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"clew/internal/auth"
	"clew/internal/stock"
)

// originOf is from where a request comes: the address of the connection, and by which session or key.
func originOf(r *http.Request) stock.Origin {
	var o stock.Origin
	if r == nil {
		return o
	}
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		o.Address = host
	} else {
		o.Machine = true // a socket in the ledger's folder, or this process
	}
	if p := auth.From(r.Context()); p != nil {
		o.Session, o.Key = p.Session, p.Key
		o.Machine = o.Machine || p.Machine
	}
	return o
}

// reasonOf reads a reason from a header, where texts beyond ASCII come percent-encoded.
func reasonOf(header string) string {
	if text, err := url.PathUnescape(header); err == nil {
		header = text
	}
	return strings.TrimSpace(header)
}
