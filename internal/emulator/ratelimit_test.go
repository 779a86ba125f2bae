package emulator_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// expectRateLimit checks a response's rate limit headers. An empty limit means none.
func expectRateLimit(t *testing.T, r response, limit, remaining string, reset time.Time) {
	t.Helper()
	want := [3]string{limit, remaining, strconv.FormatInt(reset.Unix(), 10)}
	if limit == "" {
		want = [3]string{}
	}
	got := [3]string{
		r.header.Get("X-RateLimit-Limit"),
		r.header.Get("X-RateLimit-Remaining"),
		r.header.Get("X-RateLimit-Reset"),
	}
	if got != want {
		t.Errorf("limit, remaining and reset are %q, want %q", got, want)
	}
	if r.header.Get("Retry-After") != "" {
		t.Error("SendGrid sends no Retry-After")
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	now := newClock() // At the start of a window of either length.
	started := now.Now()
	s := start(t, emulator.Config{
		Now: now.Now,
		RateLimits: []emulator.RateLimit{
			{Method: "POST", Path: "/v3/api_keys", Requests: 2, Window: 3 * time.Second},
			{Path: "/v3/api_keys/{id}", Requests: 1},
		},
	})
	c := clientOf(s)

	// The window started before the first request.
	now.advance(1500 * time.Millisecond)
	reset := started.Add(3 * time.Second)
	expectRateLimit(t, c.do(t, "POST /v3/api_keys", keyBody), "2", "1", reset)
	expectRateLimit(t, c.do(t, "POST /v3/api_keys", "{}"), "2", "0", reset) // A rejected request counts.
	r := c.do(t, "POST /v3/api_keys", keyBody)
	expectRateLimit(t, r, "2", "0", reset)
	if r.status != http.StatusTooManyRequests || r.body != tooMany {
		t.Errorf("over the limit: %d %s", r.status, r.body)
	}
	if n := len(s.Keys(emulator.Parent)); n != 1 {
		t.Errorf("%d keys: a 429 took effect", n)
	}

	// Other endpoints have their own limit, or none.
	expectRateLimit(t, c.do(t, "GET /v3/api_keys", ""), "", "", time.Time{})
	expectRateLimit(t, c.do(t, "GET /v3/api_keys/x", ""), "1", "0", started.Add(time.Minute))
	c.expect(t, "DELETE /v3/api_keys/y", "", http.StatusTooManyRequests, tooMany)

	now.advance(1499 * time.Millisecond)
	c.expect(t, "POST /v3/api_keys", keyBody, http.StatusTooManyRequests, tooMany)
	now.advance(time.Millisecond)
	expectRateLimit(t, c.do(t, "POST /v3/api_keys", keyBody), "2", "1", reset.Add(3*time.Second))
}

func TestRateLimitResetIsRoundedUp(t *testing.T) {
	t.Parallel()
	now := newClock()
	s := start(t, emulator.Config{
		Now:        now.Now,
		RateLimits: []emulator.RateLimit{{Requests: 1, Window: 300 * time.Millisecond}},
	})
	expectRateLimit(t, clientOf(s).do(t, "GET /v3/scopes", ""), "1", "0", now.Now().Add(time.Second))
}

func TestRateLimitPerKey(t *testing.T) {
	t.Parallel()
	now := newClock()
	for _, tt := range []struct {
		perKey bool
		status int
	}{{false, http.StatusTooManyRequests}, {true, http.StatusOK}} {
		s := start(t, emulator.Config{
			Now:        now.Now,
			RateLimits: []emulator.RateLimit{{Requests: 1, PerKey: tt.perKey}},
		})
		c, other := clientOf(s), clientOf(s).as(s.AddKey(emulator.Parent, "other", nil))
		c.do(t, "GET /v3/scopes", "")
		if r := other.do(t, "GET /v3/scopes", ""); r.status != tt.status {
			t.Errorf("PerKey %t: %d, want %d", tt.perKey, r.status, tt.status)
		}
	}
}

// TestRelativeReset covers the reset in seconds from Date. The two add up to the end
// of the window, rounded up.
func TestRelativeReset(t *testing.T) {
	t.Parallel()
	now := newClock()
	s := start(t, emulator.Config{
		Now:        now.Now,
		RateLimits: []emulator.RateLimit{{Requests: 10, Window: 3 * time.Second, RelativeReset: true}},
	})
	c := clientOf(s)
	for _, want := range []string{"3", "3", "2", "1", "1", "3"} {
		r := c.do(t, "GET /v3/scopes", "")
		if got := r.header.Get("X-RateLimit-Reset"); got != want {
			t.Errorf("at %s: reset in %s seconds, want %s", now.Now(), got, want)
		}
		if got, want := r.header.Get("Date"), now.Now().UTC().Format(http.TimeFormat); got != want {
			t.Errorf("Date %s, want %s", got, want)
		}
		now.advance(700 * time.Millisecond)
	}
}

func TestRejectedRequestUsesUpNoFault(t *testing.T) {
	t.Parallel()
	now := newClock()
	s := start(t, emulator.Config{
		Now:        now.Now,
		RateLimits: []emulator.RateLimit{{Requests: 1, Window: time.Second}},
	})
	s.Inject(emulator.Fault{Skip: 1, Do: emulator.HTMLPage(http.StatusBadGateway)})
	c := clientOf(s)
	for _, want := range []int{http.StatusOK, http.StatusTooManyRequests} {
		if r := c.do(t, "GET /v3/scopes", ""); r.status != want {
			t.Errorf("got %d, want %d", r.status, want)
		}
	}
	now.advance(time.Second)
	if r := c.do(t, "GET /v3/scopes", ""); r.status != http.StatusBadGateway {
		t.Errorf("got %d, want the fault", r.status)
	}
}
