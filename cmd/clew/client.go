package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"clew/internal/api"
	"clew/internal/stock"
)

// client calls the API, wherever it runs.
type client struct {
	ctx   context.Context
	http  *http.Client
	actor string
}

// do sends a request and hands back the answer's body, or the problem as an error.
func (c *client) do(method, path string, query url.Values, body io.Reader, headers ...string) (io.ReadCloser, error) {
	target := url.URL{Scheme: "http", Host: "clew", Path: path, RawQuery: query.Encode()}
	if unescaped, err := url.PathUnescape(path); err == nil {
		target.Path, target.RawPath = unescaped, path
	}
	r, err := http.NewRequestWithContext(c.ctx, method, target.String(), body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Clew-Actor", c.actor)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := c.http.Do(r)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err
		}
		if method == http.MethodGet {
			return nil, fmt.Errorf("the server did not answer: %w", err)
		}
		return nil, fmt.Errorf("the server did not answer, so it may be recorded or not: look before you send it again (with a key that is safe): %w", err)
	}
	if answer.StatusCode < 300 {
		return answer.Body, nil
	}
	defer answer.Body.Close()
	return nil, problemIn(answer)
}

// problemIn reads the error that the API answered.
func problemIn(answer *http.Response) error {
	var p api.Problem
	if err := json.NewDecoder(answer.Body).Decode(&p); err != nil || p.Detail == "" {
		return fmt.Errorf("the server answered %s", answer.Status)
	}
	return errors.New(tell(&p))
}

// tell writes a problem as one line for people.
func tell(p *api.Problem) string {
	text := p.Detail + " (" + p.Code + ")"
	if p.Field != "" {
		text = p.Field + ": " + text
	}
	if p.Code == stock.CodeSignatureRequired {
		text += "; on this command line, name the signer by --actor and add --sign"
	}
	if p.Offer != "" {
		text += "; " + p.Offer
	}
	return text
}

// get reads an answer into a value.
func (c *client) get(path string, query url.Values, into any) error {
	body, err := c.do(http.MethodGet, path, query, nil)
	if err != nil {
		return err
	}
	defer body.Close()
	return json.NewDecoder(body).Decode(into)
}

// pages walks a list to its end.
func pages[T any](c *client, path string, query url.Values, each func(T) error) error {
	query.Set("limit", "1000")
	for {
		var page api.List[T]
		if err := c.get(path, query, &page); err != nil {
			return err
		}
		for _, item := range page.Items {
			if err := each(item); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		query.Set("cursor", page.Next)
	}
}

// inProcess calls a handler as if it were far away: the answer is read while it is written.
type inProcess struct{ handler http.Handler }

// RoundTrip serves one request.
func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	switch {
	case r.Body == nil:
		r.Body = http.NoBody
	case r.ContentLength == 0 && r.Body != http.NoBody:
		r.ContentLength = -1 // to a client 0 says that it is not known, to a server that there is none
	}
	r.Host = r.URL.Host
	out, in := io.Pipe()
	w := &pipeWriter{header: http.Header{}, body: in, begun: make(chan struct{})}
	go func() {
		defer func() {
			if fault := recover(); fault != nil {
				w.WriteHeader(http.StatusInternalServerError)
				in.CloseWithError(fmt.Errorf("broken off: %v", fault))
			}
		}()
		t.handler.ServeHTTP(w, r)
		w.WriteHeader(http.StatusOK)
		in.Close()
	}()
	select {
	case <-w.begun:
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	return &http.Response{StatusCode: w.status, Status: http.StatusText(w.status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, Body: out, ContentLength: -1, Request: r}, nil
}

// pipeWriter is the handler's side of the pipe.
type pipeWriter struct {
	header http.Header
	sent   http.Header
	body   *io.PipeWriter
	begun  chan struct{}
	status int
}

// Header gives the headers to be sent.
func (w *pipeWriter) Header() http.Header { return w.header }

// WriteHeader begins the answer, once.
func (w *pipeWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status, w.sent = status, w.header.Clone()
		close(w.begun)
	}
}

// Write sends a part of the body.
func (w *pipeWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

// copyJSON writes an answer as it came.
func copyJSON(out io.Writer, body io.ReadCloser) error {
	defer body.Close()
	_, err := io.Copy(out, body)
	return err
}
