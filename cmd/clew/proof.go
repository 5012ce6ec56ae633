package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"

	"clew/internal/stock"
	"clew/internal/tlog"
)

type proofCommand struct {
	Code    string `arg:"" help:"A lot code, a serial number, or an entry: entry:123, or only 123 where nothing else is called so."`
	Product string `help:"Of this product: SKU or GTIN." placeholder:"SKU"`
	Size    int64  `help:"In the log as it was with so many entries: for whoever trusts a checkpoint of that size." placeholder:"N"`
	Out     string `help:"File to write; what is proved is shown then. Without it the proof itself is shown." type:"path" placeholder:"FILE"`
}

// Run writes a proof.
func (cmd *proofCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	query := queryOf("code", cmd.Code, "product", cmd.Product)
	if cmd.Size != 0 {
		query.Set("size", strconv.FormatInt(cmd.Size, 10))
	}
	p := &tlog.Proof{}
	err = c.get("/v1/log/proof", query, p)
	if _, bad := strconv.ParseInt(cmd.Code, 10, 64); bad == nil && err != nil && cmd.Product == "" {
		entry := url.Values{"code": {"entry:" + cmd.Code}, "size": query["size"]}
		if c.get("/v1/log/proof", entry, p) == nil {
			err = nil
		}
	}
	if err != nil {
		return err
	}
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if cmd.Out == "" {
		_, err := s.out.Write(append(text, '\n'))
		return err
	}
	if err := writeEnd(cmd.Out, os.O_TRUNC, string(text)+"\n"); err != nil {
		return err
	}
	at, _, err := p.Check(nil)
	if err != nil && !errors.Is(err, tlog.ErrNobodyVouches) {
		return err
	}
	return tellProof(s, p, at)
}

type verifyProofCommand struct {
	File       string `arg:"" help:"The file that clew proof wrote." type:"existingfile"`
	Key        string `help:"Public key of the log, as its owner gave it to you." placeholder:"KEY"`
	Checkpoint string `help:"Checkpoint that you trust: then the proof must have been made for it." type:"existingfile" placeholder:"FILE"`
}

// Run checks a proof, for which no ledger is needed.
func (cmd *verifyProofCommand) Run(s *session) error {
	text, err := os.ReadFile(cmd.File)
	if err != nil {
		return err
	}
	p, err := tlog.ReadProof(text)
	if err != nil {
		return fmt.Errorf("%s: %w", cmd.File, err)
	}
	var keys []string
	if cmd.Key != "" {
		if _, err := tlog.CheckKey(cmd.Key); err != nil {
			return err
		}
		keys = append(keys, cmd.Key)
	}
	trusted, err := cmd.trusted(p, keys)
	if err != nil {
		return err
	}
	at, _, err := p.Check(trusted, stock.KeysOf(p, keys...)...)
	if errors.Is(err, tlog.ErrNobodyVouches) {
		return fmt.Errorf("%s: the file fits itself, but nothing shows who signed it: name the log's public key with --key, or a checkpoint that you trust with --checkpoint", cmd.File)
	}
	if err != nil {
		return fmt.Errorf("%s: not proved: %w", cmd.File, err)
	}
	return tellProof(s, p, at)
}

// trusted is the checkpoint in the named file that covers as many entries as the proof's; the last one when none does.
func (cmd *verifyProofCommand) trusted(p *tlog.Proof, keys []string) (trusted *tlog.Checkpoint, err error) {
	if cmd.Checkpoint == "" {
		return nil, nil
	}
	text, err := os.ReadFile(cmd.Checkpoint)
	if err != nil {
		return nil, err
	}
	of, _, _ := tlog.OpenCheckpoint(p.Checkpoint)
	for _, one := range tlog.SplitCheckpoints(string(text)) {
		c, _, err := tlog.OpenCheckpoint(one, keys...)
		if c == nil || err != nil && !errors.Is(err, tlog.ErrUnsigned) {
			return nil, fmt.Errorf("%s: %w", cmd.Checkpoint, err)
		}
		if trusted == nil || of == nil || trusted.Size != of.Size {
			trusted = c
		}
	}
	if trusted == nil {
		return nil, fmt.Errorf("%s: there is no checkpoint in it", cmd.Checkpoint)
	}
	return trusted, nil
}

// tellProof says in plain words what is proved.
func tellProof(s *session, p *tlog.Proof, at *tlog.Checkpoint) error {
	said, err := stock.ReadLeaf(p.Leaf)
	if err != nil {
		return fmt.Errorf("not proved: %w", err)
	}
	fmt.Fprintf(s.out, "entry %d of ledger %s is one of the %d entries that were signed", p.Entry, tlog.LedgerOf(at.Origin), at.Size)
	if !at.Time.IsZero() {
		fmt.Fprintf(s.out, " at %s", stock.TimeOf(at.Time))
	}
	fmt.Fprintln(s.out, ":")
	if u := p.Unit; u != nil {
		sku, number, of, err := said.Shows(u)
		if err != nil {
			return fmt.Errorf("not proved: %w", err)
		}
		fmt.Fprintf(s.out, "  it brings unit %s of product %s into the ledger, number %d of %d\n", u.Serial, sku, number, of)
	}
	for _, line := range said.Words() {
		fmt.Fprintln(s.out, "  "+line)
	}
	return nil
}
