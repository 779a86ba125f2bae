package sendgrid_test

import (
	"context"
	"errors"
	"io"
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
				_, err := c.CreateAPIKey(ctx, sendgrid.Parent, sendgrid.CreateAPIKeyRequest{Name: strconv.Itoa(i), FullAccess: true})
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
						if got.Kind != sendgrid.KindCanceled || got.Attempts != 0 || got.Ambiguous() || got.Response() != want {
							t.Errorf("kind %d after %d attempts, ambiguous %t: %s", got.Kind, got.Attempts, got.Ambiguous(), got.Response())
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
