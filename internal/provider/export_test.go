package provider

import "github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"

// ForeignState is the state of a key as another provider wrote it, for tests that
// need an installed provider and so cannot be part of this package.
type ForeignState struct {
	Attributes map[string]any
	Private    []byte
	// Namespace is the provider's, Account where the key lives, Secret whether the
	// state holds it.
	Namespace string
	Account   string
	Secret    bool
}

// ForeignStates returns what foreignStates does.
func ForeignStates(k emulator.Key) map[string]ForeignState {
	states := map[string]ForeignState{}
	for name, f := range foreignStates(k) {
		states[name] = ForeignState{Namespace: f.namespace, Attributes: f.attributes, Private: f.private, Account: f.account, Secret: f.secret}
	}
	return states
}
