package main

import (
	"net/url"

	"clew/internal/app"
	"clew/internal/stock"
)

type barcodesCommand struct {
	reading
	Product string `arg:"" help:"SKU or GTIN."`
}

// Run lists the further codes of a product.
func (cmd *barcodesCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	path := "/v1/products/" + url.PathEscape(cmd.Product) + "/barcodes"
	if cmd.JSON {
		list := &listWriter{w: s.out}
		if err := pages(c, path, url.Values{}, func(b app.Barcode) error { return list.add(b) }); err != nil {
			return err
		}
		return list.end()
	}
	t := newTable(s.out, "CODE", "STANDS FOR", "OF")
	err = pages(c, path, url.Values{}, func(b app.Barcode) error {
		t.row(cell(b.Code), goods(b.Product, "")+packed(b.Packaging), cell(b.Partner))
		return nil
	})
	if err != nil {
		return err
	}
	return t.end()
}

func packed(level string) string {
	if level == "" {
		return ""
	}
	return ", one " + level
}

type bindCommand struct {
	reading
	Packaging string `help:"Code of the packaging level that it stands for." placeholder:"CODE"`
	Partner   string `help:"Code of the partner whose code it is." placeholder:"CODE"`
	Shared    bool   `help:"It may stand for other products too."`
	Off       bool   `help:"Take the code off the product."`
	Key       string `help:"Key of the call, for safe repeats." placeholder:"KEY"`
	Code      string `arg:"" help:"As it is printed: a GTIN, a house code, a supplier's article number."`
	Product   string `arg:"" help:"SKU or GTIN."`
}

// Run binds a code to a product, or takes it off.
func (cmd *bindCommand) Run(s *session) error {
	d := stock.BarcodeDraft{BarcodeOf: stock.BarcodeOf{Code: cmd.Code, Packaging: cmd.Packaging, Partner: cmd.Partner, Shared: cmd.Shared}}
	if cmd.Off {
		d.Active = new(bool)
	}
	w := writing{reading: cmd.reading, Key: cmd.Key}
	return w.send(s, "/v1/products/"+url.PathEscape(cmd.Product)+"/barcodes", d)
}
