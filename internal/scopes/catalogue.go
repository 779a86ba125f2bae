// Package scopes knows what a SendGrid scope is: which names are known, how the
// console groups them, which ones SendGrid adds on its own, and when two sets
// of scopes mean the same key.
//
// The package is pure: it sends no request and knows nothing of Terraform.
package scopes

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"sync"
)

// Group is a permission group as SendGrid's console shows it. Levels exist in
// the console only: the API knows single scopes.
type Group struct {
	// Key names the group in configurations: "mail_send", "stats.browser".
	Key string `json:"key"`
	// Title is what the console calls it.
	Title string `json:"title"`
	// Parent is the key of the group this one is a part of, or empty.
	Parent string `json:"parent"`
	// InUI tells whether the console offers the group for API keys.
	InUI bool `json:"in_ui"`
	// Read and Full are the scopes that the two levels grant; Full includes Read.
	Read []string `json:"read"`
	Full []string `json:"full"`
	// Also are scopes of the same family that no level is known to grant.
	Also []string `json:"also"`
	// Source says where the group was found, Note what is peculiar about it.
	Source string `json:"source"`
	Note   string `json:"note"`
}

// Catalogue is everything known about scopes. It is not complete, and cannot
// be: SendGrid publishes no full list and adds scopes without notice. A name
// that is missing here is a reason to warn, never one to refuse.
type Catalogue struct {
	// AutoAssigned are the scopes that SendGrid adds to keys on its own.
	AutoAssigned Set
	// Billing are the scopes that exclude all others.
	Billing Set
	// FullAccess are the scopes that every recorded credential with all of an
	// account's powers holds.
	FullAccess Set
	Groups     []Group
	// Known holds every scope of any group, the billing and the auto-assigned
	// ones included.
	Known Set
}

//go:embed catalogue.json
var catalogueJSON []byte

// Default returns the catalogue that is built in. It is read on first use, so
// that a provider which only tells its schema does not pay for it. Callers
// must not change what it holds.
var Default = sync.OnceValue(func() *Catalogue {
	c, err := parse(catalogueJSON)
	if err != nil {
		panic(fmt.Sprintf("built-in scope catalogue: %v", err))
	}
	return c
})

func parse(data []byte) (*Catalogue, error) {
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
	return &Catalogue{
		AutoAssigned: NewSet(file.AutoAssigned...),
		Billing:      NewSet(file.Billing...),
		FullAccess:   NewSet(file.FullAccess...),
		Groups:       file.Groups,
		Known:        NewSet(known...),
	}, nil
}

// namePattern is the shape of every scope name ever observed.
var namePattern = regexp.MustCompile(`^[a-z0-9_]+(\.[a-z0-9_]+)*$`)

// WellFormed reports whether name can be a scope at all.
func WellFormed(name string) bool {
	return namePattern.MatchString(name)
}
