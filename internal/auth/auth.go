// Package auth says who may do what, purely: roles, what each permits, grants per site, and what a key's scopes leave of them.
//
// A request acts as a Principal. How it came to be known (a session, a key, the machine's own administrator) is the business of
// the floors above; here is only what follows from it. Whatever is not permitted is denied.
package auth

import (
	"context"
	"slices"
)

// Permission is what an operation asks for.
type Permission string

// The permissions.
const (
	Read     Permission = "read"     // look up, list, trace, export
	Move     Permission = "move"     // receive, move, make, ship, return, scrap; clean tanks; draw numbers; bring files to records
	Adjust   Permission = "adjust"   // adjust, count, open, found, lost; resolve exceptions; identity corrections; fields of lots
	Override Permission = "override" // go against a strategy, a date or a closing, with a reason
	Reverse  Permission = "reverse"  // take entries back
	Hold     Permission = "hold"     // hold goods
	Release  Permission = "release"  // release or reject goods, inspections, what quality asks for; recalls and incidents
	Manage   Permission = "manage"   // products, partners, sites, locations, formats, labels, imports of them; closing of books; feeds
	People   Permission = "people"   // users, keys, grants, settings
	Audit    Permission = "audit"    // who changed what, who may do what
	Review   Permission = "review"   // look through who may do what, and record that this was done
)

// Role is a set of permissions that a person is granted, at one site or at all.
type Role string

// The roles.
const (
	Viewer        Role = "viewer"
	Operator      Role = "operator"
	Supervisor    Role = "supervisor"
	Quality       Role = "quality"
	Administrator Role = "administrator"
)

// Roles lists the roles with what each permits.
var Roles = map[Role][]Permission{
	Viewer:        {Read},
	Operator:      {Read, Move},
	Supervisor:    {Read, Move, Adjust, Override, Reverse, Review},
	Quality:       {Read, Hold, Release},
	Administrator: {Read, Move, Adjust, Override, Reverse, Hold, Release, Manage, People, Audit, Review},
}

// Everywhere is the site of a grant for all sites, also those to come; and that of what belongs to no site, such as products.
const Everywhere int64 = 0

// Grant is a role at a site, or Everywhere.
type Grant struct {
	Role Role
	Site int64
}

// Principal is who a request acts as.
type Principal struct {
	Actor   string       // name on entries
	User    int64        // 0: not a person that Clew knows
	Session int64        // by which they came; 0: none
	Key     int64        // by which they came; 0: none
	Device  string       // the station, if the session is one of a station
	Grants  []Grant      // what they may do
	Scopes  []Permission // of a key: nothing else, whatever the grants say; nil leaves all
	Sites   []int64      // of a key: nowhere else; nil leaves all
	// Enrolling: has to set up one-time codes, as the settings demand, and may do nothing else before.
	Enrolling bool
	Machine   bool // the administrator at the machine, who reached the ledger by its folder and may name any actor
}

// Privileged reports whether the principal holds another role than those that look and move.
func (p *Principal) Privileged() bool {
	return slices.ContainsFunc(p.Grants, func(g Grant) bool { return g.Role != Viewer && g.Role != Operator })
}

// May reports whether the principal may do something at a site; for Everywhere, at all of them.
func (p *Principal) May(do Permission, site int64) bool {
	if p == nil || p.Enrolling || p.Scopes != nil && !slices.Contains(p.Scopes, do) {
		return false
	}
	if p.Sites != nil && !slices.Contains(p.Sites, site) {
		return false
	}
	if p.Machine {
		return true
	}
	return slices.ContainsFunc(p.Grants, func(g Grant) bool {
		return (g.Site == Everywhere || g.Site == site) && slices.Contains(Roles[g.Role], do)
	})
}

// Anywhere reports whether the principal may do something at some site at least.
func (p *Principal) Anywhere(do Permission) bool {
	if p == nil || p.Enrolling || p.Scopes != nil && !slices.Contains(p.Scopes, do) {
		return false
	}
	if p.Machine {
		return p.Sites == nil || len(p.Sites) > 0
	}
	return slices.ContainsFunc(p.Grants, func(g Grant) bool {
		return slices.Contains(Roles[g.Role], do) && (p.Sites == nil || g.Site == Everywhere && len(p.Sites) > 0 || slices.Contains(p.Sites, g.Site))
	})
}

// Sees reports whether the principal may know what is at a site: where it is private, who has the right to read there; otherwise whoever
// may read anywhere. A key for some sites sees no other.
func (p *Principal) Sees(site int64, private bool) bool {
	switch {
	case p == nil:
		return false
	case private || p.Sites != nil:
		return p.May(Read, site)
	}
	return p.Anywhere(Read)
}

// AtMachine is the administrator at the machine: who reached the ledger by its folder, and what works in the name of the program itself.
var AtMachine = &Principal{Machine: true}

type key struct{}

// With is ctx for what the principal does.
func With(ctx context.Context, p *Principal) context.Context { return context.WithValue(ctx, key{}, p) }

// From is who acts in ctx; nil, who may do nothing, if nobody was named.
func From(ctx context.Context) *Principal {
	p, _ := ctx.Value(key{}).(*Principal)
	return p
}
