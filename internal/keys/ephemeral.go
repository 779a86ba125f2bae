package keys

import (
	"context"
	"crypto/rand"
	"regexp"
	"strings"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// EphemeralPrefix begins the name of every ephemeral key, so that the keys that a
// killed run left behind can be found.
const EphemeralPrefix = "terraform-ephemeral-"

// ephemeralTime is how the name of an ephemeral key states when it was created, in
// UTC. SendGrid's list of keys does not.
const ephemeralTime = "20060102T1504Z"

var ephemeralPattern = regexp.MustCompile(`^` + EphemeralPrefix + `.*-(\d{8}T\d{4}Z)-[a-z2-7]{10}$`)

// EphemeralName returns a name for an ephemeral key created at a time. No other key
// has it.
func EphemeralName(name string, at time.Time) string {
	return EphemeralPrefix + name + "-" + at.UTC().Format(ephemeralTime) + "-" + strings.ToLower(rand.Text()[:10])
}

// ephemeralSince returns when a key was created, and false if the name is not that
// of an ephemeral key.
func ephemeralSince(name string) (time.Time, bool) {
	match := ephemeralPattern.FindStringSubmatch(name)
	if match == nil {
		return time.Time{}, false
	}
	at, err := time.Parse(ephemeralTime, match[1])
	return at, err == nil
}

// longestRun is longer than a run takes that uses an ephemeral key.
const longestRun = 24 * time.Hour

// LeftBehind returns the ephemeral keys that earlier runs left behind in an
// account: those that [Maker.List] returns and that are older than a day. Only the
// first call per account returns any.
func (m *Maker) LeftBehind(ctx context.Context, accountName string) []sendgrid.APIKey {
	listed, err := m.List(ctx, accountName)
	if err != nil || !m.accounts.get(accountName).reportLeftBehind() {
		return nil
	}
	var left []sendgrid.APIKey
	for _, key := range listed {
		if at, ok := ephemeralSince(key.Name); ok && time.Since(at) > longestRun {
			left = append(left, key)
		}
	}
	return left
}
