package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"clew/gs1"
)

type gs1Command struct {
	In             string `help:"What the lines are: ${enum}." enum:"auto,element,bracketed,scan,dl,urn" default:"auto"`
	Associations   bool   `help:"Judge also which AIs need and which exclude each other."`
	PrefixDigits   int    `help:"Digits of the GS1 company prefix, to write EPC URNs." placeholder:"N"`
	Stem           string `help:"What Digital Links begin with." default:"https://id.gs1.org" placeholder:"URI"`
	Titles         bool   `help:"Data titles in the human-readable lines."`
	Separator      string `help:"What stands for FNC1 besides GS, ^ and {GS}." placeholder:"TEXT"`
	LostSeparators bool   `help:"Let a value that is as long as it may be end without a separator."`
	UnknownAIs     bool   `name:"unknown-ais" help:"Take AIs that the dictionary does not have."`
	ShortGTINs     bool   `name:"short-gtins" help:"Take GTINs of 8, 12 and 13 digits in Digital Links."`
}

// gs1Line is what comes out for a line.
type gs1Line struct {
	OK          bool         `json:"ok"`
	AIs         [][2]string  `json:"ais"`
	Element     string       `json:"element"`
	Bracketed   string       `json:"bracketed"`
	DigitalLink *string      `json:"digital_link"`
	EPC         *string      `json:"epc"`
	HRI         []string     `json:"hri"`
	Symbology   string       `json:"symbology,omitempty"`
	AddOn       string       `json:"add_on,omitempty"`
	Plain       string       `json:"plain,omitempty"`
	Ignored     []string     `json:"ignored,omitempty"`
	Warnings    []gs1Warning `json:"warnings"`
	Error       *gs1Error    `json:"error"`
}

type gs1Warning struct {
	Code gs1.Code `json:"code"`
	Text string   `json:"text"`
}

type gs1Error struct {
	Code   gs1.Code `json:"code"`
	AI     string   `json:"ai"`
	Offset int      `json:"offset"`
	Text   string   `json:"text"`
}

// longestLine is more than the longest data of a symbol with every byte written \u00xx.
const longestLine = 64 << 10

// Run reads a JSON string a line and writes an object a line. It touches no ledger.
func (cmd *gs1Command) Run(s *session) error {
	if cmd.PrefixDigits != 0 && (cmd.PrefixDigits < 6 || cmd.PrefixDigits > 12) {
		return fmt.Errorf("%w: --prefix-digits is 6 to 12", errUsage)
	}
	in := bufio.NewReaderSize(s.in, longestLine)
	out := bufio.NewWriter(s.out)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	var message gs1.Message
	for {
		line, err := readLine(in)
		if errors.Is(err, io.EOF) {
			return out.Flush()
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return errors.Join(out.Flush(), err)
		}
		if err := encoder.Encode(cmd.line(line, err, &message)); err != nil {
			return err
		}
		// Who types line by line, or waits for each answer, gets it.
		if in.Buffered() == 0 {
			if err := out.Flush(); err != nil {
				return err
			}
		}
	}
}

// readLine reads a line without its end. What is longer than the buffer is read past, and ends with bufio.ErrBufferFull.
func readLine(in *bufio.Reader) ([]byte, error) {
	line, err := in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = in.ReadSlice('\n')
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		return nil, bufio.ErrBufferFull
	}
	if errors.Is(err, io.EOF) && len(line) > 0 {
		return line, nil
	}
	return line, err
}

// line answers one line.
func (cmd *gs1Command) line(line []byte, tooLong error, m *gs1.Message) gs1Line {
	fail := func(code gs1.Code, text string) gs1Line {
		return gs1Line{AIs: [][2]string{}, HRI: []string{}, Warnings: []gs1Warning{}, Error: &gs1Error{Code: code, Text: text}}
	}
	if tooLong != nil {
		return fail("line_too_long", fmt.Sprintf("a line has at most %d bytes", longestLine))
	}
	var data string
	line = bytes.TrimPrefix(line, []byte("\ufeff"))                                       // which some editors write in front of a file
	if err := json.Unmarshal(line, &data); err != nil || bytes.IndexByte(line, '"') < 0 { // null
		return fail("bad_line", "a line is a JSON string")
	}
	err := cmd.read(data, m)
	answer := fail("", "")
	answer.Error = nil
	for _, w := range m.Warnings {
		answer.Warnings = append(answer.Warnings, gs1Warning{w.Code, w.Text})
	}
	answer.Symbology = m.Symbology
	var wrong *gs1.Error
	if errors.As(err, &wrong) {
		answer.Error = &gs1Error{wrong.Code, wrong.AI, wrong.Offset, wrong.Text()}
		return answer
	}
	answer.OK = true
	for _, e := range m.Elements {
		answer.AIs = append(answer.AIs, [2]string{e.AI, e.Value})
	}
	answer.Element, answer.Bracketed, answer.HRI = m.Caret(), m.Bracketed(), m.HRI(cmd.Titles)
	answer.AddOn, answer.Plain, answer.Ignored = m.AddOn, m.Plain, m.Ignored
	if link, err := m.DigitalLink(cmd.Stem); err == nil {
		answer.DigitalLink = &link
	}
	digits := cmd.PrefixDigits
	if m.PrefixDigits > 0 {
		digits = m.PrefixDigits
	}
	if urn, err := m.URN(digits); err == nil {
		answer.EPC = &urn
	}
	return answer
}

func (cmd *gs1Command) read(data string, m *gs1.Message) error {
	r := gs1.Reader{Separator: cmd.Separator, LostSeparators: cmd.LostSeparators, UnknownAIs: cmd.UnknownAIs,
		ShortGTINs: cmd.ShortGTINs, Companions: cmd.Associations}
	switch cmd.In {
	case "element":
		return r.ReadElementString(data, m)
	case "bracketed":
		return r.ReadBracketed(data, m)
	case "scan":
		return r.ReadScan(data, m)
	case "dl":
		return r.ReadDigitalLink(data, m)
	case "urn":
		return r.ReadURN(data, m)
	}
	return r.Read(data, m)
}
