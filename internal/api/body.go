package api

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"clew/internal/stock"
)

const (
	smallBody = 1 << 20  // what most requests may carry
	largeBody = 64 << 20 // movements and bulk calls
	// BodyTime is how long a body may take to arrive, and a bulk call to be worked off.
	BodyTime = 60 * time.Second
	// largeAtOnce is how many bodies over smallBody are held at once; others wait, so that memory stays bounded.
	largeAtOnce = 2
)

// bodies reads request bodies into memory, within bounds.
type bodies struct {
	large chan struct{} // a token for each large body held
}

// read gives the whole body as text, and a function to call when it is no longer needed.
func (b *bodies) read(ctx context.Context, w http.ResponseWriter, r *http.Request, most int64) (string, func(), error) {
	if err := checkMediaType(r, most == largeBody); err != nil {
		return "", nil, err
	}
	if r.ContentLength > most {
		// Nothing of it is read; the connection is closed, lest the client goes on sending.
		w.Header().Set("Connection", "close")
		return "", nil, tooLarge(most)
	}
	if r.Body == nil || r.ContentLength == 0 {
		return "", nil, &malformed{stock.Errorf(stock.Invalid, stock.CodeRequired, "", "a JSON body is needed here")}
	}
	limited := http.MaxBytesReader(w, r.Body, most)
	var text strings.Builder
	text.Grow(int(max(min(r.ContentLength, smallBody), 512)))
	n, err := sip(&text, io.LimitReader(limited, smallBody))
	switch {
	case err != nil:
		return "", nil, unread(err, most)
	case n < smallBody:
		return text.String(), func() {}, nil
	}
	select {
	case b.large <- struct{}{}:
	case <-ctx.Done():
		return "", nil, stock.Errorf(stock.Unavailable, stock.CodeTimeout, "", "other large requests are under way: send it again later")
	}
	release := func() { <-b.large }
	if rest := r.ContentLength - int64(text.Len()); rest > 0 {
		text.Grow(int(rest))
	}
	if _, err := sip(&text, limited); err != nil {
		release()
		return "", nil, unread(err, most)
	}
	return text.String(), release, nil
}

// mouthfuls are what bodies are read through. Each request would take one of its own otherwise, which was half of all that it took.
var mouthfuls = sync.Pool{New: func() any { return new([32 << 10]byte) }}

// sip reads a body to its end.
func sip(into *strings.Builder, from io.Reader) (int64, error) {
	mouthful := mouthfuls.Get().(*[32 << 10]byte)
	defer mouthfuls.Put(mouthful)
	return io.CopyBuffer(into, from, mouthful[:])
}

func tooLarge(most int64) error {
	return stock.Errorf(stock.TooLarge, stock.CodeBodyTooLarge, "", "the body is larger than the %d MiB that are taken here: send it in parts", most>>20)
}

// unread says why a body could not be read to its end.
func unread(err error, most int64) error {
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return tooLarge(most)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return stock.Errorf(stock.TooLarge, stock.CodeTimeout, "", "the body did not arrive within %s: send it in parts", BodyTime)
	}
	return malformedf("", "the body ends early")
}

// checkMediaType refuses what is not declared as JSON. It also keeps out what a foreign web page can send without asking.
func checkMediaType(r *http.Request, lines bool) error {
	got := r.Header.Get("Content-Type")
	media, _, err := mime.ParseMediaType(got)
	switch {
	case err == nil && media == "application/json", err == nil && lines && isLines(media):
		return nil
	}
	return &Problem{
		Type: "/v1/codes#" + stock.CodeUnsupported, Title: stock.Codes[stock.CodeUnsupported], Status: http.StatusUnsupportedMediaType,
		Code: stock.CodeUnsupported, Field: "content-type", Detail: "send the body with the header Content-Type: application/json",
	}
}

func isLines(media string) bool {
	return media == "application/x-ndjson" || media == "application/jsonl"
}

// wantsLines reports whether the answer is to be a line for each of its parts.
func wantsLines(r *http.Request) bool {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Accept"))
	return isLines(media)
}
