package emulator

import (
	"crypto/rand"
	"encoding/base64"
	"slices"
	"strings"
	"time"
)

// Credential is the parent account's credential unless Config names another.
// It has the shape of a real one, 69 characters, and is none.
const Credential = "SG.emulator-credential-00.not-a-secret-not-a-secret-not-a-secret-0000"

// Key is one API key as the emulator holds it.
type Key struct {
	ID      string
	Name    string
	Account string
	// Scopes are as asked for, without what SendGrid adds; nil for Full Access.
	Scopes     []string
	FullAccess bool
	// Secret is the whole key, SG. and id included.
	Secret  string
	Created time.Time
}

// newKey returns a key with an id and a secret as SendGrid makes them: base64url
// of 16 and of 32 random bytes, 22 and 43 characters, the id inside the secret.
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
	_, _ = rand.Read(b) // Never fails, by its documentation.
	return base64.RawURLEncoding.EncodeToString(b)
}

// idOf returns the id inside a secret, and a random one for a secret of any
// other form.
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
