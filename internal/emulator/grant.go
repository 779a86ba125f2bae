package emulator

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"slices"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// held returns the scopes of a key without those SendGrid adds.
func (s *Server) held(k Key) scopes.Set {
	account := s.cfg.account(k.Account)
	names := k.Scopes
	if k.FullAccess {
		names = account.FullAccess
	}
	return scopes.NewSet(names...).Minus(scopes.NewSet(account.Unavailable...))
}

// everything returns what a key made without scopes gets: nil for Full Access.
// A caller with less than that has nothing but its own scopes to give; that
// SendGrid does not refuse instead is assumed.
func (s *Server) everything(c caller) []string {
	if c.full {
		return nil
	}
	return s.grouped(c.scopes.Minus(scopes.Default().Billing))
}

// vet returns why a caller can't have a key with the scopes it asks for, or nil.
// One bad scope spoils the request. Unknown scopes are refused like those the
// caller does not hold.
func (s *Server) vet(c caller, asked []string) *Answer {
	var (
		all     = scopes.Default()
		account = s.cfg.account(c.account)
		auto    = scopes.NewSet(account.AutoAssigned...)
		held    = c.scopes.Union(auto)
		refused []string
	)
	for _, name := range asked {
		missing := all.AutoAssigned.Has(name) && !held.Has(name)
		if missing || slices.Contains(account.Unavailable, name) {
			a := failure(http.StatusInternalServerError, "", "internal server error")
			return &a
		}
		if !held.Has(name) {
			refused = append(refused, name)
		}
	}
	if refused != nil {
		a := failure(s.cfg.RefusedStatus, "", fmt.Sprintf("unauthorized scopes: %v", refused))
		return &a
	}
	billing := scopes.NewSet(asked...).Intersect(all.Billing)
	others := scopes.NewSet(asked...).Minus(all.Billing).Minus(all.AutoAssigned).Minus(auto)
	if len(billing) > 0 && len(others) > 0 && !s.cfg.MixedBilling {
		a := failure(http.StatusBadRequest, "scopes", "billing permissions are mutually exclusive from all others")
		return &a
	}
	return nil
}

// shown returns scopes as a GET shows them: grouped, and with those that
// SendGrid adds in the account.
func (s *Server) shown(set scopes.Set, account string) []string {
	auto := s.cfg.account(account).AutoAssigned
	return slices.Concat(s.grouped(set.Minus(scopes.NewSet(auto...))), auto)
}

// grouped returns the scopes in the order that SendGrid lists them in, which is
// by permission group: neither sorted nor as they were asked for. The order of
// the groups is the catalogue's.
func (s *Server) grouped(set scopes.Set) []string {
	position := func(name string) int {
		if i, ok := s.rank[name]; ok {
			return i
		}
		return math.MaxInt
	}
	names := append([]string{}, set...)
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Compare(position(a), position(b))
	})
	return names
}

// ranks numbers the scopes of the catalogue's groups.
func ranks() map[string]int {
	rank := make(map[string]int)
	for _, g := range scopes.Default().Groups {
		for _, name := range slices.Concat(g.Full, g.Read, g.Also) {
			if _, ok := rank[name]; !ok {
				rank[name] = len(rank)
			}
		}
	}
	return rank
}
