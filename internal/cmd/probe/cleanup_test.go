package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// everyPostCreates configures an account in which every POST creates a key.
func everyPostCreates(own, _ *emulator.Config) {
	own.ExtraScopes = unknownScopes
	own.EmptyScopesMeansFullAccess = true
	own.MixedBilling = true
}

func TestCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(t, nil)
		if err := a.prober.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		counts := map[string]int{}
		for _, r := range a.Requests() {
			path := strings.ReplaceAll(r.Path, a.prober.own.ID, "{id}")
			counts[r.Method+" "+path]++
			if r.Status == http.StatusTooManyRequests {
				t.Errorf("%s exceeds the rate limit", r)
			}
		}
		want := map[string]int{
			"GET /v3/scopes":           1,
			"POST /v3/api_keys":        4,
			"GET /v3/api_keys":         10,
			"GET /v3/api_keys/{id}":    1,
			"PATCH /v3/api_keys/{id}":  5,
			"PUT /v3/api_keys/{id}":    4,
			"DELETE /v3/api_keys/{id}": 2,
		}
		if fmt.Sprint(counts) != fmt.Sprint(want) {
			t.Errorf("calls %v\nwant %v", counts, want)
		}
		if n := len(a.other.Requests()); n != 1 {
			t.Errorf("%d calls in the other region", n)
		}
		if a.prober.calls != 28 {
			t.Errorf("%d calls are counted", a.prober.calls)
		}
	})
}

// Whichever call is interrupted, and whether it takes effect or not, no key is
// left.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	const calls = 27 // Without the one in the other region.
	for n := range calls {
		for name, do := range map[string]emulator.Behavior{
			"responds":     func(x *emulator.Exchange) { x.Send(x.Apply()) },
			"reset before": emulator.ResetBefore,
			"reset after":  emulator.ResetAfter,
			"hangs after":  emulator.HangAfter,
			"slow": func(x *emulator.Exchange) {
				time.Sleep(20 * time.Second)
				x.Send(x.Apply())
			},
		} {
			t.Run(fmt.Sprintf("call %d %s", n+1, name), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					a := newAccount(t, everyPostCreates)
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					a.Inject(emulator.Fault{Skip: n, Do: func(x *emulator.Exchange) {
						cancel()
						do(x)
					}})
					err := a.prober.run(ctx)
					if err == nil {
						t.Error("no error")
					}
					// At most four keys are deleted, and four lists look for a fifth.
					if late := len(a.Requests()) - n - 1; late > 8 {
						t.Errorf("%d calls after the interruption", late)
					}
				})
			})
		}
	}
}

// Whatever happens to the response of a POST, its key is found and deleted.
func TestLostResponse(t *testing.T) {
	t.Parallel()
	const posts = 4
	for n := range posts {
		for name, do := range map[string]emulator.Behavior{
			"reset after": emulator.ResetAfter,
			"hangs after": emulator.HangAfter,
			"cut":         emulator.CutBody,
			"empty":       emulator.EmptyBody,
			"garbage":     emulator.ReplaceBody("{}"),
			"bad gateway": emulator.After(emulator.HTMLPage(http.StatusBadGateway)),
			"error":       emulator.After(emulator.JSONError(http.StatusInternalServerError, "", "internal server error")),
			"late":        emulator.Late(3 * time.Second),
		} {
			t.Run(fmt.Sprintf("POST %d %s", n+1, name), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					a := newAccount(t, everyPostCreates)
					a.Inject(emulator.Fault{Method: "POST", Skip: n, Do: do})
					err := a.prober.run(t.Context())
					if lostOwn := n == 0; lostOwn != (err != nil) {
						t.Errorf("error %v", err)
					}
				})
			})
		}
	}
}

func TestLostResponseIsLookedForAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(t, nil)
		a.Inject(
			emulator.Fault{Method: "POST", Do: emulator.ResetAfter},
			emulator.Fault{Method: "GET", Path: "/v3/api_keys", Times: 2, Do: emulator.HTMLPage(http.StatusBadGateway)},
		)
		if err := a.prober.run(t.Context()); err == nil || !strings.Contains(a.log.String(), "deleted 1 of 1") {
			t.Errorf("error %v, log:\n%s", err, a.log)
		}
	})
}

func TestPanic(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(t, everyPostCreates)
		defer func() {
			if recover() == nil {
				t.Error("no panic")
			}
		}()
		a.prober.log = &panicking{at: "limit=0"}
		_ = a.prober.run(t.Context())
	})
}

// panicking is a writer that panics once, at a text.
type panicking struct{ at string }

func (w *panicking) Write(b []byte) (int, error) {
	if w.at != "" && strings.Contains(string(b), w.at) {
		w.at = ""
		panic("test")
	}
	return len(b), nil
}

func TestDeletionIsRepeated(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(t, everyPostCreates)
		a.Inject(emulator.Fault{Method: "DELETE", Times: 3, Do: emulator.HTMLPage(http.StatusBadGateway)})
		if err := a.prober.run(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestKeyThatCannotBeDeleted(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]emulator.Behavior{
		"forbidden": emulator.JSONError(http.StatusForbidden, "", "access forbidden"),
		"page":      emulator.HTMLPage(http.StatusNotFound),
		"reset":     emulator.ResetBefore,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a := newAccount(t, nil)
				a.Inject(emulator.Fault{Method: "DELETE", Times: -1, Do: do})
				err := a.prober.run(t.Context())
				id := a.prober.own.ID
				want := "API key " + id + " (" + a.prober.ownName() + ") is left"
				if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(a.log.String(), want) {
					t.Errorf("error %v, want %s", err, want)
				}
				if !a.DeleteKey(id) {
					t.Error("it is not left")
				}
			})
		})
	}
}

func TestKeysThatCannotBeListed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(t, nil)
		a.Inject(
			emulator.Fault{Method: "POST", Do: emulator.ResetBefore},
			emulator.Fault{Method: "GET", Path: "/v3/api_keys", Times: -1, Do: emulator.HTMLPage(http.StatusBadGateway)},
		)
		want := "an API key named " + a.prober.ownName() + " may be left"
		if err := a.prober.run(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	})
}

func TestUnsuitableCredential(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		configure func(own, other *emulator.Config)
		want      string
	}{
		"unknown": {func(own, _ *emulator.Config) { own.Credential = "SG.x.y" }, `401 "authorization required"`},
		"cannot delete": {func(own, _ *emulator.Config) {
			own.CredentialScopes = []string{"api_keys.create", "api_keys.read", "api_keys.update"}
		}, "the credential lacks the scope api_keys.delete"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a := newAccount(t, tt.configure)
				a.prober.credential = emulator.Credential
				err := a.prober.run(t.Context())
				if err == nil || !strings.Contains(err.Error(), tt.want) || len(a.Requests()) != 1 {
					t.Errorf("error %v after %v", err, a.Requests())
				}
			})
		})
	}
}

func TestAccountIsFull(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(t, func(own, _ *emulator.Config) { own.AccountLimit = 1 })
		err := a.prober.run(t.Context())
		if err == nil || !strings.Contains(err.Error(), "Cannot create more than 1 API Keys") {
			t.Errorf("error %v", err)
		}
	})
}
