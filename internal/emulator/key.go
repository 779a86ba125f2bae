package emulator

import (
	"crypto/rand"
	"encoding/base64"
	"slices"
	"strings"
	"time"
)

// Credential is the default of Config.Credential. It has the format of a real
// API key, 69 characters, but is valid for no SendGrid account.
const Credential = "SG.emulator-credential-00.not-a-secret-not-a-secret-not-a-secret-0000"

// Key is an API key as the emulator stores it.
type Key struct {
	ID      string
	Name    string
	Account string
	// Scopes are the requested ones, without those that SendGrid adds, and nil
	// for Full Access.
	Scopes     []string
	FullAccess bool
	// Secret is the whole API key, "SG.<id>.<random>".
	Secret  string
	Created time.Time
}

// newKey returns a key whose id and secret have SendGrid's format: base64url of
// 16 and of 32 random bytes, 22 and 43 characters, with the id inside the secret.
func newKey(account, name string, scopes []string, created time.Time) Key {
	id := random(16)
	return Key{
		ID:         id,
		Name:       name,
		Account:    account,
		Scopes:     slices.Clone(scopes),
		FullAccess: scopes == nil,
		Secret:     "SG." + id + "." + random(32),
		Created:    created,
	}
}

func random(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // Documented never to return an error.
	return base64.RawURLEncoding.EncodeToString(b)
}

// idOf returns the id inside a secret, or a random id if the secret does not
// have SendGrid's format.
func idOf(secret string) string {
	if part := strings.Split(secret, "."); len(part) == 3 && part[1] != "" {
		return part[1]
	}
	return random(16)
}

func (k Key) clone() Key {
	k.Scopes = slices.Clone(k.Scopes)
	return k
}
