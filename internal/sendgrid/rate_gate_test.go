package sendgrid_test

import (
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// Time in these tests is virtual (testing/synctest). It starts at a full second.

// By its clock, the gate opens between minJitter and maxJitter after a reset.
const (
	minJitter = 25 * time.Millisecond
	maxJitter = 275 * time.Millisecond
)

// latency is how long a response takes in these tests.
const latency = 80 * time.Millisecond

// createAll creates n keys with a number of concurrent workers.
func createAll(t *testing.T, c *sendgrid.Client, workers, n int) {
	t.Helper()
	repeat(t, c, id, create, workers, n)
}

// rejected returns how many requests exceeded a rate limit.
func rejected(s *emulator.Server) (n int) {
	for _, r := range s.Requests() {
		if r.Status == http.StatusTooManyRequests {
			n++
		}
	}
	return n
}

// limitCreates limits POST /v3/api_keys to n requests per window.
func limitCreates(n int, window time.Duration, form resetForm) emulator.Config {
	return emulator.Config{
		AccountLimit: -1,
		Latency:      latency,
		RateLimits: []emulator.RateLimit{{
			Method: "POST", Path: "/v3/api_keys", Requests: n, Window: window, RelativeReset: form == fromNow,
		}},
	}
}

// resetForm is what the seconds in X-RateLimit-Reset count from.
type resetForm string

const (
	since1970 resetForm = "seconds since 1970"
	fromNow   resetForm = "seconds from now"
)

func resetForms() []resetForm { return []resetForm{since1970, fromNow} }

// TestLimitIsUsedFullyAndNotExceeded starts at several points of a window. The
// last key is created in the earliest possible window. The delay after the start
// of that window does not add up over the windows: it is at most a second, by
// which Date is truncated, the jitter and a round trip.
func TestLimitIsUsedFullyAndNotExceeded(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		limit   int
		window  time.Duration
		workers int
		keys    int
	}{
		{1, 3 * time.Second, 10, 20},
		{1, 3 * time.Second, 30, 40},
		{3, 2 * time.Second, 10, 20},
		{3, 2 * time.Second, 30, 60},
		{1, 2 * time.Second, 1, 10},
		{10, 7 * time.Second, 30, 75},
		{7, time.Minute, 10, 50},
	} {
		for _, phase := range []float64{0.01, 0.2, 0.33, 0.5, 0.66, 0.85} {
			for _, form := range resetForms() {
				t.Run(fmt.Sprintf("%d per %s, %d workers, start at %v, %s", tt.limit, tt.window, tt.workers, phase, form), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						s, connectTo := startInMemory(t, limitCreates(tt.limit, tt.window, form))
						first := time.Now().Truncate(tt.window)
						time.Sleep(time.Until(first.Add(time.Duration(phase * float64(tt.window)))))
						createAll(t, connectTo(options(s.URL())), tt.workers, tt.keys)

						last := first.Add(time.Duration((tt.keys-1)/tt.limit) * tt.window)
						delay := time.Since(last)
						if n := rejected(s); n > 0 || len(s.Keys(emulator.Parent)) != tt.keys || delay > time.Second+maxJitter+2*latency {
							t.Errorf("%d keys, %d rejected, %s into the last window", len(s.Keys(emulator.Parent)), n, delay)
						}
					})
				})
			}
		}
	}
}

// TestShortWindowsAreUsed covers windows as short as the precision of Date. The
// gate misses at most three of them, before it knows the time more precisely.
func TestShortWindowsAreUsed(t *testing.T) {
	t.Parallel()
	for _, phase := range []float64{0.01, 0.25, 0.5, 0.75, 0.99} {
		for _, form := range resetForms() {
			synctest.Test(t, func(t *testing.T) {
				s, connectTo := startInMemory(t, limitCreates(1, time.Second, form))
				time.Sleep(time.Duration(phase * float64(time.Second)))
				start := time.Now()
				createAll(t, connectTo(options(s.URL())), 10, 30)
				if n := rejected(s); n > 0 || time.Since(start) > 33*time.Second {
					t.Errorf("start at %v, %s: %d rejected, took %s", phase, form, n, time.Since(start))
				}
			})
		}
	}
}

func TestWithoutLimitsNothingWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, connectTo := startInMemory(t, emulator.Config{AccountLimit: -1, Latency: latency})
		c := connectTo(options(s.URL()))
		start := time.Now()
		createAll(t, c, 10, 100)
		// The first request probes. Then ten workers send 99 requests.
		if got := time.Since(start); got != 11*latency {
			t.Errorf("100 keys took %s, want %s", got, 11*latency)
		}
		start = time.Now()
		createAll(t, c, 30, 90)
		if got := time.Since(start); got != 3*latency {
			t.Errorf("90 more took %s, want %s", got, 3*latency)
		}
	})
}

func TestFailuresDoNotLimitAnUnlimitedEndpoint(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var result exchange
		c := connect(t, options(sendgrid.GlobalURL))
		c.Send(func(*http.Request) (*http.Response, error) { return result.run(time.Time{}) })
		noError(t, create(t.Context(), c, ""))
		for _, failure := range []exchange{{err: io.ErrUnexpectedEOF}, {status: 502}, {status: 403}} {
			result = failure
			_ = create(t.Context(), c, "")
			result = exchange{}
			start := time.Now()
			createAll(t, c, 10, 10)
			if d := time.Since(start); d != time.Second {
				t.Errorf("after %+v ten keys took %s", failure, d)
			}
		}
	})
}

func TestJitter(t *testing.T) {
	t.Parallel()
	for _, form := range resetForms() {
		synctest.Test(t, func(t *testing.T) {
			s, connectTo := startInMemory(t, limitCreates(1, 3*time.Second, form))
			createAll(t, connectTo(options(s.URL())), 10, 20)
			least, most := time.Hour, time.Duration(0)
			for _, r := range s.Requests()[1:] {
				delay := r.Time.Sub(r.Time.Truncate(3 * time.Second))
				least, most = min(least, delay), max(most, delay)
			}
			// The clock is late by the time that the first response took to arrive.
			if least < latency+minJitter || most > latency+maxJitter || most-least < maxJitter/10 {
				t.Errorf("%s: %s to %s after the reset", form, least, most)
			}
		})
	}
}

// TestLimitMayBeShared runs several processes that share a limit without knowing of each
// other. Together they use every window.
func TestLimitMayBeShared(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		limit     int
		window    time.Duration
		processes int
		keys      int
	}{
		{1, 3 * time.Second, 2, 10},
		{3, 2 * time.Second, 2, 20},
		{3, 2 * time.Second, 4, 20},
		{10, 5 * time.Second, 3, 50},
	} {
		for _, form := range resetForms() {
			t.Run(fmt.Sprintf("%d per %s, %d processes, %s", tt.limit, tt.window, tt.processes, form), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s, connectTo := startInMemory(t, limitCreates(tt.limit, tt.window, form))
					var wg sync.WaitGroup
					for range tt.processes {
						time.Sleep(330 * time.Millisecond)
						wg.Go(func() { createAll(t, connectTo(options(s.URL())), 10, tt.keys) })
					}
					start := time.Now().Truncate(tt.window)
					wg.Wait()
					all := tt.processes * tt.keys
					windows := (all-1)/tt.limit + 1
					if n := len(s.Keys(emulator.Parent)); n != all {
						t.Errorf("%d keys, want %d", n, all)
					}
					// In each window, all processes but one may find that the others used
					// what was reported as remaining.
					if got, most := rejected(s), windows*(tt.processes-1)*tt.limit; got > most {
						t.Errorf("%d rejected in %d windows, want at most %d", got, windows, most)
					}
					if got, most := time.Since(start), time.Duration(windows+1)*tt.window; got > most {
						t.Errorf("took %s, want at most %s", got, most)
					}
				})
			})
		}
	}
}

// TestFirstRequestsMayBeRejected sends requests other than POST, which do not start
// with a single one. At most those that are in flight at first are rejected, less
// what the limit admits. Later windows are used fully and not exceeded.
func TestFirstRequestsMayBeRejected(t *testing.T) {
	t.Parallel()
	const window = 2 * time.Second
	for _, tt := range []struct{ limit, workers, n, rejected int }{
		{limit: 20, workers: 10, n: 100, rejected: 0},
		{limit: 20, workers: 30, n: 100, rejected: 10},
		{limit: 5, workers: 10, n: 30, rejected: 5},
		{limit: 1, workers: 10, n: 10, rejected: 9},
	} {
		for method, do := range map[string]operation{"GET": read, "PUT": update, "PATCH": rename} {
			for _, form := range resetForms() {
				t.Run(fmt.Sprintf("%s, %d per %s, %d workers, %s", method, tt.limit, window, tt.workers, form), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						s, connectTo := startInMemory(t, emulator.Config{
							Latency:    latency,
							RateLimits: []emulator.RateLimit{{Requests: tt.limit, Window: window, RelativeReset: form == fromNow}},
						})
						k := s.AddKey(emulator.Parent, "k", []string{"mail.send"})
						start := time.Now()
						repeat(t, connectTo(options(s.URL())), k.ID, do, tt.workers, tt.n)

						delay := time.Since(start) - time.Duration((tt.n-1)/tt.limit)*window
						if n := rejected(s); n != tt.rejected || delay > time.Second+maxJitter+2*latency {
							t.Errorf("%d rejected, want %d; %s into the last window", n, tt.rejected, delay)
						}
					})
				})
			}
		}
	}
}

// TestLimitsApplyToEndpoints exhausts the limit of one endpoint for a minute.
func TestLimitsApplyToEndpoints(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, connectTo := startInMemory(t, emulator.Config{
			RateLimits: []emulator.RateLimit{{Method: "GET", Path: "/v3/api_keys/{id}", Requests: 1}},
		})
		a, b := s.AddKey(emulator.Parent, "a", nil), s.AddKey(emulator.Parent, "b", nil)
		c := connectTo(options(s.URL()))
		took := func(do operation, id string) time.Duration {
			start := time.Now()
			noError(t, do(t.Context(), c, id))
			return time.Since(start)
		}
		noError(t, read(t.Context(), c, a.ID))
		for name, do := range map[string]operation{"list": list, "create": create, "rename": rename, "update": update, "list scopes": listScopes} {
			if d := took(do, a.ID); d > 0 {
				t.Errorf("%s waited %s for the limit of another endpoint", name, d)
			}
		}
		if d := took(read, b.ID); d < time.Minute {
			t.Errorf("reading another key waited %s, want at least a minute", d)
		}
		if n := rejected(s); n > 0 {
			t.Errorf("%d rejected", n)
		}
	})
}
