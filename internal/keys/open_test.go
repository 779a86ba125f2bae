package keys

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/openapi"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// farewell is what a process has left when Terraform has asked it to end. Less than
// DefaultTiming's Settle.
const farewell = 1500 * time.Millisecond

// notFound is how SendGrid responds to a DELETE of a key that it does not show yet.
var notFound = emulator.JSONError(http.StatusNotFound, "", "unable to find API Key for deletion")

// process is a process with ephemeral keys, for a bubble of testing/synctest.
type process struct {
	OpenKeys
	t        *testing.T
	emulator *emulator.Server
	maker    *Maker
}

func newProcess(t *testing.T) *process {
	t.Helper()
	network := emulator.NewNetwork()
	server := openapi.Start(t, emulator.Config{Listener: network})
	client, err := sendgrid.New(sendgrid.Options{APIKey: emulator.Credential, BaseURL: server.URL(), Dial: network.Dial})
	if err != nil {
		t.Fatal(err)
	}
	return &process{t: t, emulator: server, maker: NewMaker(client, Options{Timing: DefaultTiming()})}
}

// create creates an ephemeral key.
func (p *process) create(ctx context.Context, name string) ([]OpenKey, error) {
	request := sendgrid.CreateAPIKeyRequest{Name: EphemeralName(name, time.Now()), Scopes: []string{"mail.send"}}
	_, created, err := p.Create(ctx, p.maker, sendgrid.Parent, request)
	return created, err
}

// mustCreate creates an ephemeral key that is alone under its name.
func (p *process) mustCreate(name string) OpenKey {
	p.t.Helper()
	created, err := p.create(p.t.Context(), name)
	if err != nil || len(created) != 1 {
		p.t.Fatalf("created %v, %v", created, err)
	}
	return created[0]
}

// end ends the process.
func (p *process) end() error {
	ctx, cancel := context.WithTimeout(p.t.Context(), farewell)
	defer cancel()
	return p.RevokeAll(ctx)
}

// deletes returns how many DELETE requests were sent.
func (p *process) deletes() (count int) {
	for _, r := range p.emulator.Requests() {
		if r.Method == http.MethodDelete {
			count++
		}
	}
	return count
}

func (p *process) expectKeys(want int) {
	p.t.Helper()
	if keys := p.emulator.Keys(emulator.Parent); len(keys) != want {
		p.t.Errorf("%d keys are left, want %d: %v", len(keys), want, keys)
	}
}

// A process that ends waits for the creates in flight, and revokes what they create
// as well. An interrupt has canceled their contexts.
func TestRevokeAllWaitsForCreates(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		delay time.Duration
		left  int
		want  string
	}{
		"that respond in time": {delay: farewell - 500*time.Millisecond},
		"that do not":          {delay: farewell + 500*time.Millisecond, left: 1, want: "terraform-ephemeral-slow-"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := newProcess(t)
				p.mustCreate("open")
				p.emulator.Inject(emulator.Fault{Method: "POST", Do: emulator.Slow(test.delay)})
				ctx, interrupt := context.WithCancel(t.Context())
				created := make(chan error)
				go func() {
					_, err := p.create(ctx, "slow")
					created <- err
				}()
				synctest.Wait()
				interrupt()

				start := time.Now()
				err := p.end()
				if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
					t.Errorf("the process ended with %v, want %q", err, test.want)
				}
				if took := time.Since(start); took > farewell {
					t.Errorf("the process took %s to end", took)
				}
				p.expectKeys(test.left)
				if err := <-created; err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// No key is created when nobody would revoke it any more.
func TestNoCreateAfterRevokeAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newProcess(t)
		if err := p.end(); err != nil {
			t.Error(err)
		}
		if _, err := p.create(t.Context(), "late"); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if requests := p.emulator.Requests(); len(requests) > 0 {
			t.Errorf("sent %v", requests)
		}
	})
}

// SendGrid may not show a new key yet when it is to be revoked.
func TestRevokeAsksAgainAboutNewKey(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		age     time.Duration
		revoke  func(*process, OpenKey) error
		deletes int
		waits   time.Duration
	}{
		"a new key, by Close": {
			revoke:  func(p *process, key OpenKey) error { return p.Revoke(p.t.Context(), key) },
			deletes: 2, waits: 2 * time.Second,
		},
		"a new key, at the end": {
			revoke:  func(p *process, _ OpenKey) error { return p.end() },
			deletes: 2, waits: farewell / 2,
		},
		"an old key, by Close": {
			age:     time.Hour,
			revoke:  func(p *process, key OpenKey) error { return p.Revoke(p.t.Context(), key) },
			deletes: 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := newProcess(t)
				key := p.mustCreate("new")
				<-time.After(test.age)
				p.emulator.Inject(emulator.Fault{Method: "DELETE", Do: notFound})
				start := time.Now()
				if err := test.revoke(p, key); err != nil {
					t.Error(err)
				}
				if waited := time.Since(start); waited != test.waits {
					t.Errorf("waited %s, want %s", waited, test.waits)
				}
				if got := p.deletes(); got != test.deletes {
					t.Errorf("sent %d DELETE requests, want %d", got, test.deletes)
				}
				// Nobody else deletes the old one here.
				p.expectKeys(2 - test.deletes)
				if err := p.end(); err != nil || p.deletes() != test.deletes {
					t.Errorf("the key is still open: %v", err)
				}
			})
		})
	}
}
