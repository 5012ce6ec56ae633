package app

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"clew/internal/stock"
)

// HashOf is what two requests under one key are compared by: what is asked, however it is spelt and wherever it is sent.
// It is stored: a draft's JSON may gain fields that are left out when empty, and must not change otherwise.
// reason is the one that comes beside the body.
func HashOf(body stock.Body, reason string) ([32]byte, error) {
	h := sha256.New()
	fmt.Fprintf(h, "%T %d\n", body, presenceOf(body))
	if err := json.NewEncoder(h).Encode(body); err != nil {
		return [32]byte{}, err
	}
	if reason != "" {
		fmt.Fprintf(h, "reason %s\n", reason)
	}
	return [32]byte(h.Sum(nil)), nil
}

// presenceOf tells creating and changing apart, which the JSON of a draft does not show.
func presenceOf(body stock.Body) stock.Presence {
	switch d := body.(type) {
	case *stock.ProductDraft:
		return d.If
	case *stock.ProductGroupDraft:
		return d.If
	case *stock.FormatDraft:
		return d.If
	case *stock.LabelDraft:
		return d.If
	case *stock.FieldDraft:
		return d.If
	case *stock.SiteDraft:
		return d.If
	case *stock.LocationDraft:
		return d.If
	case *stock.PartnerDraft:
		return d.If
	}
	return 0
}
