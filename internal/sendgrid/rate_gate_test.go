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

// Time in these tests is virtual: see testing/synctest. It begins at a whole
// second.

// The gate opens so long after a reset, by its clock.
const (
	margin   = 25 * time.Millisecond
	lateness = 275 * time.Millisecond
)

// createAll makes n keys as Terraform does, so many at a time.
func createAll(t *testing.T, c *sendgrid.Client, workers, n int) {
	t.Helper()
	todo := make(chan struct{}, n)
	for range n {
		todo <- struct{}{}
	}
	close(todo)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range todo {
				if err := create(t.Context(), c, ""); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

// rejected counts the requests that a rate limit refused.
func rejected(s *emulator.Server) (n int) {
	for _, r := range s.Requests() {
		if r.Status == http.StatusTooManyRequests {
			n++
		}
	}
	return n
}

// everyCreate limits POST /v3/api_keys.
func everyCreate(n int, window time.Duration) emulator.Config {
	return emulator.Config{
		AccountLimit: -1,
		Latency:      80 * time.Millisecond,
		RateLimits:   []emulator.RateLimit{{Method: "POST", Path: "/v3/api_keys", Requests: n, Window: window}},
	}
}

// TestLimitIsUsedUpAndNeverExceeded starts at several moments of a window. The
// last key is made in the first window that can take it. How late in that
// window does not depend on how many there were before: by as much as Date is
// rounded, and the way there and back.
func TestLimitIsUsedUpAndNeverExceeded(t *testing.T) {
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
			t.Run(fmt.Sprintf("%d a %s for %d workers at %v", tt.limit, tt.window, tt.workers, phase), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s, connectTo := startInMemory(t, everyCreate(tt.limit, tt.window))
					first := time.Now().Truncate(tt.window)
					time.Sleep(time.Until(first.Add(time.Duration(phase * float64(tt.window)))))
					createAll(t, connectTo(options(s.URL())), tt.workers, tt.keys)

					last := first.Add(time.Duration((tt.keys-1)/tt.limit) * tt.window)
					late := time.Since(last)
					if n := rejected(s); n > 0 || len(s.Keys(emulator.Parent)) != tt.keys || late > time.Second+lateness+2*80*time.Millisecond {
						t.Errorf("%d keys, %d rejected, %s into the last window", len(s.Keys(emulator.Parent)), n, late)
					}
				})
			})
		}
	}
}

// TestShortWindowsAreUsed has windows as short as the clock is vague. One may be
// missed for every second or so that it is late at first.
func TestShortWindowsAreUsed(t *testing.T) {
	t.Parallel()
	for _, phase := range []float64{0.01, 0.25, 0.5, 0.75, 0.99} {
		synctest.Test(t, func(t *testing.T) {
			s, connectTo := startInMemory(t, everyCreate(1, time.Second))
			time.Sleep(time.Duration(phase * float64(time.Second)))
			start := time.Now()
			createAll(t, connectTo(options(s.URL())), 10, 30)
			if n := rejected(s); n > 0 || time.Since(start) > 33*time.Second {
				t.Errorf("started at %v: %d rejected, %s", phase, n, time.Since(start))
			}
		})
	}
}

func TestWithoutLimitsNobodyWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const rtt = 80 * time.Millisecond
		s, connectTo := startInMemory(t, emulator.Config{AccountLimit: -1, Latency: rtt})
		c := connectTo(options(s.URL()))
		start := time.Now()
		createAll(t, c, 10, 100)
		// The first goes alone, 99 go by tens.
		if got := time.Since(start); got != 11*rtt {
			t.Errorf("100 keys took %s, want %s", got, 11*rtt)
		}
		start = time.Now()
		createAll(t, c, 30, 90)
		if got := time.Since(start); got != 3*rtt {
			t.Errorf("90 more took %s, want %s", got, 3*rtt)
		}
	})
}

func TestLostAnswerBringsNoLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := connect(t, options(sendgrid.GlobalURL))
		send := func(o outcome) {
			begin := time.Now()
			c.Send(func(*http.Request) (*http.Response, error) { return o.answer(begin) })
		}
		send(outcome{})
		keep(t, create(t.Context(), c, ""))
		for _, o := range []outcome{{err: io.ErrUnexpectedEOF}, {status: 502}, {status: 403}} {
			send(o)
			_ = create(t.Context(), c, "")
			send(outcome{})
			start := time.Now()
			createAll(t, c, 10, 10)
			if d := time.Since(start); d != time.Second {
				t.Errorf("after %+v ten keys took %s", o, d)
			}
		}
	})
}

func TestWakingIsSpread(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, connectTo := startInMemory(t, everyCreate(1, 3*time.Second))
		createAll(t, connectTo(options(s.URL())), 10, 20)
		least, most := time.Hour, time.Duration(0)
		for _, r := range s.Requests()[1:] {
			late := r.Time.Sub(r.Time.Truncate(3 * time.Second))
			least, most = min(least, late), max(most, late)
		}
		// The first answer is 80ms old when it arrives, and as late is the clock.
		if least < 80*time.Millisecond+margin || most > 80*time.Millisecond+lateness || most-least < lateness/10 {
			t.Errorf("%s to %s after the reset", least, most)
		}
	})
}

// TestLimitMayBeShared has processes that do not know of one another. Together
// they use every window.
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
		t.Run(fmt.Sprintf("%d a %s for %d", tt.limit, tt.window, tt.processes), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, connectTo := startInMemory(t, everyCreate(tt.limit, tt.window))
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
				// In each window all but one process may find that others took what
				// they were told is free.
				if got, most := rejected(s), windows*(tt.processes-1)*tt.limit; got > most {
					t.Errorf("%d rejected in %d windows, want %d at most", got, windows, most)
				}
				if got, most := time.Since(start), time.Duration(windows+1)*tt.window; got > most {
					t.Errorf("took %s, want %s at most", got, most)
				}
			})
		})
	}
}

// TestLimitsAreByEndpoint has a limit used up for a minute.
func TestLimitsAreByEndpoint(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, connectTo := startInMemory(t, emulator.Config{
			RateLimits: []emulator.RateLimit{{Method: "GET", Path: "/v3/api_keys/{id}", Requests: 1}},
		})
		a, b := s.AddKey(emulator.Parent, "a", nil), s.AddKey(emulator.Parent, "b", nil)
		c := connectTo(options(s.URL()))
		took := func(do call, id string) time.Duration {
			start := time.Now()
			keep(t, do(t.Context(), c, id))
			return time.Since(start)
		}
		keep(t, read(t.Context(), c, a.ID))
		for name, do := range map[string]call{"list": list, "create": create, "rename": rename, "update": update, "list scopes": listScopes} {
			if d := took(do, a.ID); d > 0 {
				t.Errorf("%s waited %s for the limit of another endpoint", name, d)
			}
		}
		if d := took(read, b.ID); d < time.Minute {
			t.Errorf("the limit of keys was taken for one of a single key: waited %s", d)
		}
		if n := rejected(s); n > 0 {
			t.Errorf("%d rejected", n)
		}
	})
}
