// Package scopes defines what a SendGrid scope is: which scopes are known, how
// SendGrid's console groups them, which ones SendGrid adds on its own, and when
// two sets of scopes describe the same key.
//
// The package sends no requests and does not depend on Terraform.
package scopes

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"sync"
)

// Catalog holds everything known about scopes. It is never complete: SendGrid
// publishes no full list and adds scopes without notice. A scope that it lacks
// deserves a warning, never an error.
type Catalog struct {
	// AutoAssigned are the scopes that SendGrid adds to keys on its own. Their
	// source is the list "Teammate permissions" in SendGrid's documentation,
	// together with what API keys have been seen to hold.
	AutoAssigned Set
	// Billing are the scopes that a key cannot hold together with any others.
	Billing Set
	// FullAccess are the scopes that every recorded Full Access key, account
	// owner and admin teammate holds.
	FullAccess Set
	Groups     []Group
	// Known are all of the above and the scopes of all groups.
	Known Set
}

// Group is a permission group of SendGrid's console. Groups and their levels
// exist only there; the API knows single scopes.
type Group struct {
	// Key names the group in a configuration: "mail_send", "stats.browser".
	Key string `json:"key"`
	// Title is the group's name in the console.
	Title string `json:"title"`
	// Parent is the key of the group that contains this one, or empty.
	Parent string `json:"parent"`
	// InUI reports whether the console offers the group for API keys.
	InUI bool `json:"in_ui"`
	// Read and Full are the scopes that the two levels grant. Full includes Read.
	// Read is empty if the group has no such level.
	Read []string `json:"read"`
	Full []string `json:"full"`
	// Also are related scopes that neither level is known to grant.
	Also []string `json:"also"`
	// Source is where the group's scopes were found. The file also has a "note"
	// on open questions, for maintainers only.
	Source string `json:"source"`
}

//go:embed catalog.json
var catalogJSON []byte

// Default returns the built-in catalog, which must not be modified. It is parsed
// on first use, because a process that only returns the provider's schema does
// not need it.
var Default = sync.OnceValue(func() *Catalog {
	c, err := parse(catalogJSON)
	if err != nil {
		panic(fmt.Sprintf("built-in scope catalog: %v", err))
	}
	return c
})

func parse(data []byte) (*Catalog, error) {
	var file struct {
		AutoAssigned []string `json:"auto_assigned"`
		Billing      []string `json:"billing"`
		FullAccess   []string `json:"full_access"`
		Groups       []Group  `json:"groups"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, err
	}
	known := slices.Concat(file.AutoAssigned, file.Billing, file.FullAccess)
	for _, g := range file.Groups {
		known = slices.Concat(known, g.Read, g.Full, g.Also)
	}
	for _, name := range known {
		if !WellFormed(name) {
			return nil, fmt.Errorf("malformed scope name %q", name)
		}
	}
	return &Catalog{
		AutoAssigned: NewSet(file.AutoAssigned...),
		Billing:      NewSet(file.Billing...),
		FullAccess:   NewSet(file.FullAccess...),
		Groups:       file.Groups,
		Known:        NewSet(known...),
	}, nil
}

// namePattern matches every scope name that has been observed.
var namePattern = regexp.MustCompile(`^[a-z0-9_]+(\.[a-z0-9_]+)*$`)

// WellFormed reports whether name has the format of a scope name.
func WellFormed(name string) bool {
	return namePattern.MatchString(name)
}
