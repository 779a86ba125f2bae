package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// account is an emulated account, another region, and a prober. Its time is
// virtual: see testing/synctest.
type account struct {
	*emulator.Server
	other  *emulator.Server
	prober *prober
	log    *bytes.Buffer
	before []emulator.Key
}

// defaults is a configuration for which every assumption holds.
func defaults() emulator.Config {
	return emulator.Config{
		ListCredential: true,
		RateLimits: []emulator.RateLimit{
			{Method: "POST", Path: "/v3/api_keys", Requests: 3, Window: 2 * time.Second},
			{Requests: 600},
		},
		IdleTimeout: 2 * time.Minute,
	}
}

// newAccount returns an account in a bubble of testing/synctest, and checks at the
// end of the test that it is as before. The other region does not know the
// credential, unless configure, which can be nil, changes that.
func newAccount(t *testing.T, configure func(own, other *emulator.Config)) *account {
	t.Helper()
	// Virtual time begins in 2000, when seconds since 1970 had only nine digits.
	time.Sleep(time.Until(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)))
	own, other := defaults(), defaults()
	own.Credential, other.Credential = emulator.Credential, "SG.another.credential"
	// No environment sets a proxy for a loopback address.
	networks := map[string]*emulator.Network{"127.0.0.1:80": emulator.NewNetwork(), "127.0.0.2:80": emulator.NewNetwork()}
	own.Listener, other.Listener = networks["127.0.0.1:80"], networks["127.0.0.2:80"]
	if configure != nil {
		configure(&own, &other)
	}
	a := &account{Server: emulator.Start(own), other: emulator.Start(other), log: new(bytes.Buffer)}
	t.Cleanup(a.Close)
	t.Cleanup(a.other.Close)
	a.AddKey(emulator.Parent, "production", nil)
	a.AddKey(emulator.Parent, namePrefix+"of-another-run", []string{"mail.send"})
	a.before = a.Keys(emulator.Parent)
	a.prober = newProber(options{
		url:        "http://127.0.0.1",
		otherURL:   "http://127.0.0.2",
		credential: own.Credential,
		idle:       true,
		maxIdle:    10 * time.Minute,
		log:        a.log,
		dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			return networks[address].Dial(ctx, network, address)
		},
	})
	t.Cleanup(a.prober.http.CloseIdleConnections)
	t.Cleanup(func() {
		a.expectNothingLeft(t)
		a.expectNoSecret(t)
	})
	return a
}

// expectNothingLeft checks that the account has, and keeps, the keys that it had
// before.
func (a *account) expectNothingLeft(t *testing.T) {
	t.Helper()
	time.Sleep(time.Minute) // A request can take effect after its client has given up.
	if before, after := fmt.Sprint(a.before), fmt.Sprint(a.Keys(emulator.Parent)); before != after {
		t.Errorf("keys of the account:\n%s\nbefore:\n%s\nlog:\n%s", after, before, a.log)
	}
}

// expectNoSecret checks what the probe prints.
func (a *account) expectNoSecret(t *testing.T) {
	t.Helper()
	printed := new(bytes.Buffer)
	if err := a.prober.table.print(printed); err != nil {
		t.Error(err)
	}
	text := printed.String() + a.log.String()
	secrets := []string{a.prober.credential}
	for _, key := range a.prober.created.keys {
		if key.Secret != "" {
			secrets = append(secrets, key.Secret)
		}
	}
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			t.Errorf("prints %s:\n%s", secret, text)
		}
	}
}

// finding returns the row of a question.
func (a *account) finding(question string) finding {
	for _, f := range a.prober.table {
		if f.question == question {
			return f
		}
	}
	return finding{}
}
