package app

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"clew/internal/stock"
	"clew/internal/store"
)

// Mapping is what the columns of a header mean, as it was said once and is remembered.
type Mapping struct {
	Code   string            `json:"code" doc:"Made of the kind and the header's names: the same header always has the same."`
	Kind   string            `json:"kind"`
	Names  []string          `json:"names" doc:"The header's columns."`
	Map    map[string]string `json:"map" doc:"By the name that the file has for a column, the column it is; a hyphen passes it over."`
	MadeBy string            `json:"made_by"`
	MadeAt stock.Time        `json:"made_at"`
	Uses   int64             `json:"uses" doc:"How often it was applied since."`
	UsedAt stock.Time        `json:"used_at,omitempty"`
}

// RemoveMapping forgets what is remembered of a header.
func (a *App) RemoveMapping(ctx context.Context, who Who, code string) error {
	return a.Store.RemoveMapping(ctx, who.by(), code)
}

// maxMappings is how many mappings of a kind are looked through for a header.
const maxMappings = 1000

// Mappings lists what is remembered of headers, by code, of one kind where it is given.
func (a *App) Mappings(ctx context.Context, kind string, page store.Page) ([]Mapping, error) {
	rows, err := a.Store.Mappings(ctx, kind, page)
	return views(rows, func(m *store.Mapping) Mapping {
		return Mapping{Code: m.Code, Kind: m.Kind, Names: m.Names, Map: m.Said, MadeBy: m.MadeBy, MadeAt: m.MadeAt, Uses: m.Uses, UsedAt: m.UsedAt}
	}), err
}

// mappingCode tells headers apart by their names, in whatever order and however they are spelled. What import passes over does not
// count, nor does a column reference under that name, which a file of refused rows may have in addition.
func mappingCode(kind string, names []string) string {
	var normal []string
	for _, name := range names {
		if n := normalName(name); n != "" && n != "reference" && !strings.HasPrefix(n, ignoredMark) {
			normal = append(normal, n)
		}
	}
	slices.Sort(normal)
	sum := sha256.Sum256([]byte(kind + "\x00" + strings.Join(normal, "\x00")))
	return hex.EncodeToString(sum[:6])
}

// knownColumns are what is known of the columns of files of a kind: what is said now, and what was said before.
type knownColumns struct {
	kind       string
	said       map[string]string
	remembered []*store.Mapping
}

func (a *App) columnsKnown(ctx context.Context, o Import) (knownColumns, error) {
	known, err := a.Store.Mappings(ctx, o.Kind, store.Page{Limit: maxMappings})
	return knownColumns{o.Kind, o.Map, known}, err
}

// of finds what the columns of a header mean: what is said now goes before what is remembered of the same header.
func (m knownColumns) of(names []string) (said map[string]string, from *store.Mapping) {
	if len(m.remembered) == 0 {
		return m.said, nil
	}
	code := mappingCode(m.kind, names)
	at := slices.IndexFunc(m.remembered, func(r *store.Mapping) bool { return r.Code == code })
	if at < 0 {
		return m.said, nil
	}
	from = m.remembered[at]
	said = maps.Clone(m.said)
	if said == nil {
		said = map[string]string{}
	}
	now := map[string]bool{}
	for name := range m.said {
		now[normalName(name)] = true
	}
	for name, column := range from.Said {
		if !now[normalName(name)] {
			said[name] = column
		}
	}
	return said, from
}

// explain adds to an error about a header what is remembered of it, or of a header like it.
func (m knownColumns) explain(err error, names []string, from *store.Mapping) error {
	fault, ok := stock.AsError(err)
	if !ok || fault.Code != stock.CodeUnknownColumn && fault.Code != stock.CodeRequired {
		return err
	}
	named := *fault
	if from != nil {
		named.Detail += "; the columns are understood as remembered from " + dayOf(from.MadeAt) + ": say otherwise, or forget mapping " + from.Code
		return &named
	}
	for _, r := range m.remembered {
		for name, column := range r.Said {
			if normalName(name) == normalName(fault.Field) {
				named.Detail += "; it was " + described(name, column) + " in another header (mapping " + r.Code + "), which " + difference(r.Names, names) + ": say for this header too what its columns are"
				return &named
			}
		}
	}
	return err
}

// difference tells how a header differs from the one of a mapping.
func difference(was, is []string) string {
	without := func(list, of []string) (out []string) {
		for _, name := range list {
			n := normalName(name)
			if !strings.HasPrefix(n, ignoredMark) && !slices.ContainsFunc(of, func(other string) bool { return normalName(other) == n }) {
				out = append(out, name)
			}
		}
		return out
	}
	var parts []string
	if gone := without(was, is); len(gone) > 0 {
		parts = append(parts, "also had "+clippedList(gone))
	}
	if fresh := without(is, was); len(fresh) > 0 {
		parts = append(parts, "had no "+clippedList(fresh))
	}
	return cmp.Or(strings.Join(parts, " and "), "had the same columns")
}

func described(name, column string) string {
	if n := normalName(column); n == "" || n == clearMark {
		return clipped(name) + " passed over"
	}
	return clipped(name) + " = " + clipped(column)
}

func dayOf(t stock.Time) string { return t.String()[:len("2006-01-02")] }

// remember keeps what was said of the columns, and tells what was applied that had been said before.
func (r *importRun) remember(ctx context.Context, a *App) error {
	h, o := r.head, r.o
	if from := h.from; from != nil {
		said := slices.Sorted(maps.Keys(from.Said))
		said = slices.DeleteFunc(said, func(name string) bool { return h.said[name] != from.Said[name] })
		r.note(ImportNote{About: "columns", Text: "columns as remembered from " + dayOf(from.MadeAt) + ": " +
			strings.Join(views(said, func(name string) string { return described(name, from.Said[name]) }), ", ") + " (mapping " + from.Code + ")"})
		if o.DryRun {
			return nil
		}
		if maps.Equal(h.said, from.Said) {
			return a.Store.UseMapping(ctx, from.Code)
		}
	}
	if o.DryRun || len(o.Map) == 0 {
		return nil
	}
	return a.Store.SaveMapping(ctx, o.by(), &store.Mapping{Code: mappingCode(o.Kind, h.names), Kind: o.Kind, Names: h.names, Said: h.said})
}
