package sendgrid_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
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

// outcome is what a request comes to, a second after it was sent by default.
type outcome struct {
	takes time.Duration
	// status is 201 by default.
	status int
	// err is why there is no answer.
	err error
	// The header's values. Those that are empty are left out. A reset is in
	// seconds from the beginning of the test.
	limit, remaining string
	reset            int
	// ahead is by how much the clock there is.
	ahead time.Duration
}

func (o outcome) answer(begin time.Time) (*http.Response, error) {
	if o.takes == 0 {
		o.takes = time.Second
	}
	time.Sleep(o.takes)
	if o.err != nil {
		return nil, o.err
	}
	h := http.Header{"Date": {time.Now().Add(o.ahead).UTC().Format(http.TimeFormat)}}
	if o.reset != 0 {
		h.Set("X-RateLimit-Reset", decimal(begin.Add(o.ahead+time.Duration(o.reset)*time.Second)))
	}
	for name, value := range map[string]string{"X-RateLimit-Limit": o.limit, "X-RateLimit-Remaining": o.remaining} {
		if value != "" {
			h.Set(name, value)
		}
	}
	if o.status == 0 {
		o.status = http.StatusCreated
	}
	return &http.Response{StatusCode: o.status, Header: h, Body: io.NopCloser(strings.NewReader(newKey))}, nil
}

const newKey = `{"api_key":"the key","api_key_id":"` + id + `","name":"k","scopes":["mail.send"]}`

// TestWhoIsLetOut has four keys that are asked for at once, and what the first,
// second, third request that leaves comes to; all others come to the last. It
// says after how many whole seconds each leaves.
func TestWhoIsLetOut(t *testing.T) {
	t.Parallel()
	type script []outcome
	var (
		lost    = outcome{err: io.ErrUnexpectedEOF}
		notSent = outcome{err: &net.OpError{Op: "dial", Err: errors.New("connection refused")}}
		hangs   = outcome{err: io.ErrUnexpectedEOF, takes: time.Minute}
		page    = outcome{status: 502}
		plain   = outcome{}
		told    = func(limit, remaining, reset int) outcome {
			return outcome{limit: strconv.Itoa(limit), remaining: strconv.Itoa(remaining), reset: reset}
		}
		after = func(seconds int, o outcome) outcome {
			o.takes = time.Duration(seconds) * time.Second
			return o
		}
		nextYear = func(o outcome) outcome {
			o.ahead = 365 * 24 * time.Hour
			return o
		}
		refused = func(o outcome) outcome {
			o.status = http.StatusTooManyRequests
			return o
		}
	)
	for name, tt := range map[string]struct {
		script script
		want   []int
	}{
		// Nothing is known.
		"no headers":                   {script{plain}, []int{0, 1, 1, 1}},
		"another refusal":              {script{{status: 403}, plain}, []int{0, 1, 1, 1}},
		"gateway's page":               {script{page, plain}, []int{0, 1, 2, 2}},
		"lost":                         {script{lost, plain}, []int{0, 1, 2, 2}},
		"all lost":                     {script{lost}, []int{0, 1, 2, 3}},
		"not sent":                     {script{notSent, plain}, []int{0, 1, 2, 2}},
		"hangs":                        {script{hangs, plain}, []int{0, 5, 6, 6}},
		"all hang":                     {script{hangs}, []int{0, 5, 10, 15}},
		"rejected without headers":     {script{refused(plain), plain}, []int{0, 1, 2, 2}},
		"rejected with a limit":        {script{refused(told(3, 0, 10)), told(3, 2, 20), told(3, 1, 20), told(3, 0, 20), told(3, 2, 30)}, []int{0, 10, 11, 11, 20}},
		"rejected without room":        {script{refused(outcome{reset: 10}), plain}, []int{0, 10, 11, 11, 11}},
		"rejected though there's room": {script{refused(told(3, 3, 10)), plain}, []int{0, 10, 11, 11, 11}},

		// The limit is known.
		"plenty left":           {script{told(600, 599, 60)}, []int{0, 1, 1, 1}},
		"room for two":          {script{told(3, 2, 10), told(3, 1, 10), told(3, 0, 10), told(3, 2, 20)}, []int{0, 1, 1, 10}},
		"room for one":          {script{told(2, 1, 10), told(2, 0, 10), plain}, []int{0, 1, 10, 10}},
		"room for none":         {script{told(1, 0, 10), told(1, 0, 20), told(1, 0, 30), told(1, 0, 40)}, []int{0, 10, 20, 30}},
		"limit of none":         {script{told(0, 0, 10), told(0, 0, 20), told(0, 0, 30), told(0, 0, 40)}, []int{0, 10, 20, 30}},
		"longest worth it":      {script{told(1, 0, 121), told(1, 0, 130), plain}, []int{0, 121, 130, 131}},
		"beyond two minutes":    {script{told(3, 0, 122), told(3, 0, 122)}, []int{0, 1, 1, 1}},
		"reset that is now":     {script{told(2, 0, 1), told(2, 1, 10), told(2, 0, 10), plain}, []int{0, 1, 1, 10}},
		"past reset":            {script{told(2, 0, -9), plain}, []int{0, 1, 1, 2}},
		"without limit":         {script{{remaining: "0", reset: 10}, plain}, []int{0, 10, 11, 11}},
		"without remaining":     {script{{limit: "3", reset: 10}}, []int{0, 1, 1, 1}},
		"without reset":         {script{{limit: "2", remaining: "0"}}, []int{0, 1, 1, 2}},
		"negative remaining":    {script{{limit: "3", remaining: "-1", reset: 10}}, []int{0, 1, 1, 1}},
		"garbage":               {script{{limit: "600, 600;w=60", remaining: "many", reset: 10}}, []int{0, 1, 1, 1}},
		"garbage limit":         {script{{limit: "many", remaining: "1", reset: 10}, {limit: "many", remaining: "0", reset: 10}, plain}, []int{0, 1, 10, 11}},
		"a later reset":         {script{told(2, 1, 10), told(2, 1, 20), told(2, 0, 20), told(2, 1, 30)}, []int{0, 1, 2, 20}},
		"limit grows":           {script{told(1, 0, 10), told(9, 8, 20), told(9, 7, 20)}, []int{0, 10, 11, 11}},
		"headers vanish":        {script{told(2, 1, 10), plain}, []int{0, 1, 10, 10}},
		"clock ahead at first":  {script{nextYear(told(1, 0, 10)), told(1, 0, 20), told(1, 0, 30), told(1, 0, 40)}, []int{0, 10, 20, 30}},
		"clock ahead at times":  {script{told(1, 0, 10), nextYear(told(1, 0, 20)), told(1, 0, 30), told(1, 0, 40)}, []int{0, 10, 20, 30}},
		"older answer is later": {script{told(3, 2, 10), after(2, told(3, 1, 10)), told(3, 0, 10), plain}, []int{0, 1, 1, 10}},
		"older window is later": {script{told(3, 2, 10), after(2, told(3, 9, 8)), told(3, 0, 20), plain}, []int{0, 1, 1, 20}},
		"more than before":      {script{told(3, 2, 10), told(3, 0, 10), after(2, told(3, 3, 10)), plain}, []int{0, 1, 1, 10}},
		"lost, and counted":     {script{told(3, 2, 10), after(2, lost), told(3, 1, 10), plain}, []int{0, 1, 1, 10}},
		"not sent, not counted": {script{told(3, 2, 10), notSent, told(3, 1, 10), plain}, []int{0, 1, 1, 2}},
		"rejected for another's sake": {script{
			told(3, 2, 10), refused(told(3, 0, 10)), refused(told(3, 0, 10)),
			told(3, 1, 20), told(3, 0, 20), told(3, 2, 30),
		}, []int{0, 1, 1, 10, 11, 20}},

		// After a reset.
		"under way since before":             {script{told(2, 1, 10), after(12, told(2, 0, 10)), told(2, 1, 20), plain}, []int{0, 1, 10, 13}},
		"hangs since before":                 {script{told(1, 0, 10), hangs, told(1, 0, 20)}, []int{0, 10, 15, 20}},
		"lost after a reset":                 {script{told(2, 0, 10), lost, after(3, told(2, 0, 20)), plain}, []int{0, 10, 10, 20}},
		"not sent after one":                 {script{told(1, 0, 10), notSent, told(1, 0, 20), plain}, []int{0, 10, 11, 20}},
		"rejected as too early":              {script{told(1, 0, 10), refused(told(1, 0, 15)), told(1, 0, 20), told(1, 0, 30), plain}, []int{0, 10, 15, 20, 30}},
		"rejected without headers after one": {script{told(2, 0, 10), refused(plain), refused(plain), told(2, 0, 20)}, []int{0, 10, 10, 11}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				var mu sync.Mutex
				var left []int
				o := options(sendgrid.GlobalURL)
				o.MaxRetries = 0
				o.RequestTimeout = time.Hour
				c := connect(t, o)
				c.Send(func(*http.Request) (*http.Response, error) {
					mu.Lock()
					do := tt.script[min(len(left), len(tt.script)-1)]
					left = append(left, int(time.Since(begin).Seconds()))
					mu.Unlock()
					return do.answer(begin)
				})
				var wg sync.WaitGroup
				for range 4 {
					wg.Go(func() { _ = create(t.Context(), c, "") })
				}
				wg.Wait()
				same(t, left, tt.want)
			})
		})
	}
}

// TestFirstComeFirstServed has one after the other come and wait. The third gives
// up.
func TestFirstComeFirstServed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, connectTo := startInMemory(t, everyCreate(1, 3*time.Second))
		c := connectTo(options(s.URL()))
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if i == 3 {
					time.AfterFunc(5*time.Second, cancel)
				}
				_, err := c.CreateAPIKey(ctx, sendgrid.Parent, sendgrid.NewAPIKey{Name: strconv.Itoa(i), FullAccess: true})
				if (err != nil) != (i == 3) {
					t.Errorf("%d: %v", i, err)
				}
			})
			time.Sleep(time.Millisecond)
		}
		wg.Wait()
		var got []string
		for _, k := range s.Keys(emulator.Parent) {
			got = append(got, k.Name)
		}
		same(t, got, []string{"0", "1", "2", "4", "5", "6", "7", "8", "9"})
	})
}

// TestWaitAtTheGateEndsWithTheContext has ten that wait, the next and those
// behind it, and a limit that is used up for a minute.
func TestWaitAtTheGateEndsWithTheContext(t *testing.T) {
	t.Parallel()
	for method, do := range methods() {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, connectTo := startInMemory(t, emulator.Config{RateLimits: []emulator.RateLimit{{Requests: 1}}})
				c := connectTo(options(s.URL()))
				_ = do(t.Context(), c, id)
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(7*time.Second, cancel)
				start := time.Now()
				var wg sync.WaitGroup
				for range 10 {
					wg.Go(func() {
						got := failed(t, do(ctx, c, id))
						const want = "not sent while waiting for the rate limit: context canceled"
						if got.Kind != sendgrid.KindCancelled || got.Attempts != 0 || got.Ambiguous() || got.Answer() != want {
							t.Errorf("kind %d after %d attempts, ambiguous %t: %s", got.Kind, got.Attempts, got.Ambiguous(), got.Answer())
						}
					})
				}
				wg.Wait()
				if d := time.Since(start); d != 7*time.Second || len(s.Requests()) != 1 {
					t.Errorf("ended after %s and %d requests", d, len(s.Requests()))
				}
			})
		})
	}
}

// TestPanicHoldsNobodyUp has a first request that never comes back.
func TestPanicHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := connect(t, options(sendgrid.GlobalURL))
		begin := time.Now()
		first := true
		c.Send(func(*http.Request) (*http.Response, error) {
			if first {
				first = false
				panic("out of luck")
			}
			return outcome{}.answer(begin)
		})
		func() {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			_ = create(t.Context(), c, "")
		}()
		keep(t, create(t.Context(), c, ""))
		if d := time.Since(begin); d != time.Second {
			t.Errorf("the second took %s", d)
		}
	})
}

// chance makes up answers.
type chance struct{ *rand.Rand }

func (c chance) one(in int) bool { return c.IntN(in) == 0 }

// between returns a duration that none other equals.
func (c chance) between(least, most time.Duration) time.Duration {
	return least + time.Duration(c.Int64N(int64(most-least)))
}

// crowd has many workers create keys, and ignores how that ends.
func crowd(t *testing.T, c *sendgrid.Client, workers, each int) {
	t.Helper()
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range each {
				_ = create(t.Context(), c, "")
			}
		})
	}
	wg.Wait()
}

// TestNoMoreAreLetOutThanThereIsRoom has SendGrid's clock be anything, and its
// answers say anything that is true of that clock. While the latest window told
// of lasts, no more requests are under way than the least it was said to take.
func TestNoMoreAreLetOutThanThereIsRoom(t *testing.T) {
	t.Parallel()
	type told struct{ reset, remaining int }
	for seed := range uint64(100) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := chance{rand.New(rand.NewPCG(seed, 0))}
				ahead := r.between(-1000*time.Hour, 1000*time.Hour)
				window := 1 + r.IntN(9)
				var mu sync.Mutex
				var heard []told
				underWay, checked := 0, 0

				c := connect(t, options(sendgrid.GlobalURL))
				c.Send(func(*http.Request) (*http.Response, error) {
					mu.Lock()
					now := time.Now()
					latest := told{}
					for _, a := range heard {
						if a.reset > latest.reset || a.reset == latest.reset && a.remaining < latest.remaining {
							latest = a
						}
					}
					if now.Add(ahead).Before(time.Unix(int64(latest.reset), 0)) {
						checked++
						if underWay >= latest.remaining {
							t.Errorf("let out at %s with %d under way: %+v", now, underWay, latest)
						}
					}
					underWay++
					o := outcome{takes: r.between(time.Millisecond, 3*time.Second), status: []int{201, 201, 201, 404, 429, 502}[r.IntN(6)]}
					if r.one(10) {
						o.err = io.ErrUnexpectedEOF
					}
					silent, limit, remaining, shift := r.one(10), 1+r.IntN(5), r.IntN(5), r.IntN(5)/2-r.IntN(3)/2
					mu.Unlock()

					resp, err := o.answer(now)
					mu.Lock()
					defer mu.Unlock()
					underWay--
					if err != nil {
						return nil, err
					}
					there := time.Now().Add(ahead).UTC()
					resp.Header.Set("Date", there.Format(http.TimeFormat))
					if silent {
						return resp, nil
					}
					if o.status == 429 {
						remaining = 0
					}
					reset := (int(there.Unix())/window + 1 + shift) * window
					heard = append(heard, told{reset, remaining})
					resp.Header.Set("X-RateLimit-Limit", strconv.Itoa(limit))
					resp.Header.Set("X-RateLimit-Remaining", strconv.Itoa(remaining))
					resp.Header.Set("X-RateLimit-Reset", strconv.Itoa(reset))
					return resp, nil
				})
				crowd(t, c, 1+r.IntN(12), 20)
				if checked == 0 {
					t.Error("nothing was ever let out of a window")
				}
			})
		})
	}
}

// TestNobodyWaitsForEver has answers that lie about everything, the time
// included, until they stop.
func TestNobodyWaitsForEver(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := chance{rand.New(rand.NewPCG(seed, 0))}
				begin := time.Now()
				var mu sync.Mutex
				sent := 0
				lie := func() string {
					far := time.Now().Add(r.between(-3*time.Minute, 3*time.Minute))
					return []string{
						"", "0", "1", "-1", "soon", "9223372036854775807", strconv.Itoa(r.IntN(10)), decimal(far), decimal(far.AddDate(300, 0, 0)),
						far.UTC().Format(http.TimeFormat), far.AddDate(5000, 0, 0).UTC().Format(http.TimeFormat),
					}[r.IntN(11)]
				}
				c := connect(t, options(sendgrid.GlobalURL))
				c.Send(func(*http.Request) (*http.Response, error) {
					mu.Lock()
					sent++
					last := sent > 100
					o := outcome{takes: r.between(time.Millisecond, 3*time.Second), status: []int{201, 429, 429, 502}[r.IntN(4)]}
					if r.one(10) {
						o.err = io.ErrUnexpectedEOF
					}
					header := make(http.Header)
					for _, name := range []string{"Date", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After"} {
						if r.one(2) {
							header.Set(name, lie())
						}
					}
					mu.Unlock()
					if last {
						return outcome{}.answer(begin)
					}
					resp, err := o.answer(begin)
					if err == nil {
						resp.Header = header
					}
					return resp, err
				})
				crowd(t, c, 10, 10)
				// Every lie costs the longest wait at most, and most cost nothing.
				if d := time.Since(begin); d > 100*2*time.Minute || sent < 100 {
					t.Errorf("took %s and %d requests", d, sent)
				}
			})
		})
	}
}
