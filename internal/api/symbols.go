package api

import (
	"bytes"
	"context"
	"errors"
	"net/http"

	"clew/gs1/symbol"
	"clew/internal/stock"

	"github.com/danielgtaylor/huma/v2"
)

// The media types of drawings.
const (
	mediaSVG = "image/svg+xml"
	mediaPNG = "image/png"
)

type symbolInput struct {
	Request
	Kind   string  `path:"kind" enum:"gs1-datamatrix,gs1-datamatrix-rectangle,gs1-qr,gs1-128,qr,datamatrix,datamatrix-rectangle,code-128,ean-13,ean-8,upc-a,itf-14"`
	Data   string  `query:"data" required:"true" maxLength:"8192" doc:"An element string with ^ for FNC1 for the kinds that begin with gs1; a GTIN with its check digit for ean-13, ean-8, upc-a and itf-14; else a Digital Link or any text." example:"010952123454321310LOT42A^21S0001"`
	Format string  `query:"format" enum:"svg,png" default:"svg"`
	Module float64 `query:"module" doc:"Width of a module in millimetres, 0.1 to 5; by default a usual one of the kind."`
	Pixels int     `query:"pixels" doc:"Width of a module in a PNG, in pixels: 1 to 64, by default 4."`
	Height float64 `query:"height" doc:"Height of the bars of a linear symbol in millimetres, up to 500."`
	Text   string  `query:"text" maxLength:"4096" doc:"What stands below, in lines; by default what the symbol says."`
	NoText bool    `query:"no_text" doc:"Leave the space below empty."`
	Dark   string  `query:"dark" doc:"Colour of the bars as #rrggbb; black by default."`
	Light  string  `query:"light" doc:"Colour of the background as #rrggbb; white by default."`
}

func (s *server) symbols() {
	op := huma.Operation{
		Method: http.MethodGet, Path: "/v1/symbols/{kind}", OperationID: "draw-symbol", Summary: "Draw a barcode as SVG or PNG", Tags: []string{tagSystem},
		Description: "With the quiet zone that the kind needs and a human-readable line. What the symbol cannot carry is refused: a wrong check digit, too much data, " +
			"characters that it does not have, colours that scanners do not tell apart. The same request gets the same drawing.",
		Responses: map[string]*huma.Response{"200": {Description: "The drawing", Content: map[string]*huma.MediaType{
			mediaSVG: {Schema: &huma.Schema{Type: huma.TypeString}},
			mediaPNG: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
		}}},
		Errors: []int{400, 422},
	}
	register(s, asks(Known), op, func(_ context.Context, in *symbolInput) (*huma.StreamResponse, error) {
		drawing, err := in.draw()
		if err != nil {
			return nil, symbolError(err)
		}
		return &huma.StreamResponse{Body: func(huma.Context) {
			h := in.w.Header()
			h.Set("Content-Type", mediaSVG)
			if in.Format == "png" {
				h.Set("Content-Type", mediaPNG)
			}
			h.Set("Cache-Control", "private, max-age=86400") // it changes with the program at most
			h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
			in.w.Write(drawing)
		}}, nil
	})
}

func (in *symbolInput) draw() ([]byte, error) {
	made, err := symbol.Encode(symbol.Kind(in.Kind), in.Data)
	if err != nil {
		return nil, err
	}
	o := symbol.Options{Module: in.Module, Pixels: in.Pixels, Height: in.Height, Text: in.Text, NoText: in.NoText}
	if in.Dark != "" {
		if o.Dark, err = symbol.ParseColor(in.Dark); err != nil {
			return nil, stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "dark", "%s", err)
		}
	}
	if in.Light != "" {
		if o.Light, err = symbol.ParseColor(in.Light); err != nil {
			return nil, stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "light", "%s", err)
		}
	}
	var drawing bytes.Buffer
	if in.Format == "png" {
		err = made.PNG(&drawing, o)
	} else {
		err = made.SVG(&drawing, o)
	}
	return drawing.Bytes(), err
}

// symbolError says in the API's way why there is no symbol.
func symbolError(err error) error {
	var fault *symbol.Error
	if !errors.As(err, &fault) {
		return err
	}
	code, field := stock.CodeInvalidValue, "data"
	switch {
	case fault.Code == symbol.CodeTooLong:
		code = stock.CodeTooLong
	case fault.Code == symbol.CodeEmpty:
		code = stock.CodeBlank
	case fault.Option != "":
		field = fault.Option
		return stock.Errorf(stock.Invalid, code, field, "%s", fault.Text)
	}
	return stock.Errorf(stock.Invalid, code, field, "%s", fault)
}
