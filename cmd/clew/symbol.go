package main

import (
	"bytes"
	"fmt"
	"image/color"
	"path/filepath"
	"strings"

	"clew/gs1/symbol"
)

type symbolCommand struct {
	Kind   string  `arg:"" enum:"gs1-datamatrix,gs1-datamatrix-rectangle,gs1-qr,gs1-128,qr,datamatrix,datamatrix-rectangle,code-128,ean-13,ean-8,upc-a,itf-14" help:"What is drawn: ${enum}."`
	Data   string  `arg:"" help:"An element string with ^ for FNC1 for the kinds that begin with gs1; a GTIN with its check digit for ean-13, ean-8, upc-a and itf-14; else a Digital Link or any text."`
	Out    string  `short:"o" help:"File to write, .svg or .png. SVG to standard output when left out." placeholder:"FILE"`
	Module float64 `help:"Width of a module, 0.1 to 5; by default a usual one of the kind." placeholder:"MM"`
	Pixels int     `help:"Width of a module in a PNG, 1 to 64; by default 4." placeholder:"N"`
	Height float64 `help:"Height of the bars of a linear symbol." placeholder:"MM"`
	Text   string  `help:"What stands below; by default what the symbol says." placeholder:"TEXT"`
	NoText bool    `help:"Leave the space below empty."`
	Dark   string  `help:"Colour of the bars; black by default." placeholder:"#RRGGBB"`
	Light  string  `help:"Colour of the background; white by default." placeholder:"#RRGGBB"`
}

// Run draws the symbol. No ledger is needed for it.
func (cmd *symbolCommand) Run(s *session) error {
	made, err := symbol.Encode(symbol.Kind(cmd.Kind), cmd.Data)
	if err != nil {
		return err
	}
	o := symbol.Options{Module: cmd.Module, Pixels: cmd.Pixels, Height: cmd.Height, Text: cmd.Text, NoText: cmd.NoText}
	for _, c := range []struct {
		flag, text string
		to         *color.Color
	}{{"--dark", cmd.Dark, &o.Dark}, {"--light", cmd.Light, &o.Light}} {
		if c.text == "" {
			continue
		}
		if *c.to, err = symbol.ParseColor(c.text); err != nil {
			return fmt.Errorf("%w: %s: %w", errUsage, c.flag, err)
		}
	}
	var drawing bytes.Buffer
	switch ext := strings.ToLower(filepath.Ext(cmd.Out)); {
	case cmd.Out == "" || ext == ".svg":
		err = made.SVG(&drawing, o)
	case ext == ".png":
		err = made.PNG(&drawing, o)
	default:
		err = fmt.Errorf("%w: -o %s: the name of a drawing ends in .svg or .png", errUsage, cmd.Out)
	}
	if err != nil {
		return err
	}
	if cmd.Out == "" {
		_, err := s.out.Write(drawing.Bytes())
		return err
	}
	file, err := createFile(cmd.Out)
	if err != nil {
		return err
	}
	defer file.discard()
	if _, err := file.Write(drawing.Bytes()); err != nil {
		return err
	}
	return file.keep()
}
