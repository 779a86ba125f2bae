package sendgrid_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// TestAdmission creates four keys at once. The script has the results of the
// requests in the order in which they are sent; the last one applies to all that
// follow. The test expects the second in which each request is sent.
func TestAdmission(t *testing.T) {
	t.Parallel()
	type script []exchange
	var (
		plain   = exchange{}
		lost    = exchange{err: io.ErrUnexpectedEOF}
		notSent = exchange{err: &net.OpError{Op: "dial", Err: errors.New("connection refused")}}
		hangs   = exchange{err: io.ErrUnexpectedEOF, takes: time.Minute}
		gateway = exchange{status: 502}
		window  = func(limit, remaining, reset int) exchange {
			return exchange{limit: strconv.Itoa(limit), remaining: strconv.Itoa(remaining), reset: reset}
		}
		after = func(seconds int, x exchange) exchange {
			x.takes = time.Duration(seconds) * time.Second
			return x
		}
		nextYear = func(x exchange) exchange {
			x.ahead = 365 * 24 * time.Hour
			return x
		}
		rejected = func(x exchange) exchange {
			x.status = http.StatusTooManyRequests
			return x
		}
	)
	for name, tt := range map[string]struct {
		script script
		want   []int
	}{
		// Nothing was reported.
		"no headers":               {script{plain}, []int{0, 1, 1, 1}},
		"another error":            {script{{status: 403}, plain}, []int{0, 1, 1, 1}},
		"gateway's error":          {script{gateway, plain}, []int{0, 1, 2, 2}},
		"lost":                     {script{lost, plain}, []int{0, 1, 2, 2}},
		"all lost":                 {script{lost}, []int{0, 1, 2, 3}},
		"not sent":                 {script{notSent, plain}, []int{0, 1, 2, 2}},
		"hangs":                    {script{hangs, plain}, []int{0, 5, 6, 6}},
		"all hang":                 {script{hangs}, []int{0, 5, 10, 15}},
		"rejected without headers": {script{rejected(plain), plain}, []int{0, 1, 2, 2}},
		"rejected with a limit":    {script{rejected(window(3, 0, 10)), window(3, 2, 20), window(3, 1, 20), window(3, 0, 20), window(3, 2, 30)}, []int{0, 10, 11, 11, 20}},
		"rejected without room":    {script{rejected(exchange{reset: 10}), plain}, []int{0, 10, 11, 11, 11}},
		"rejected despite room":    {script{rejected(window(3, 3, 10)), plain}, []int{0, 10, 11, 11, 11}},

		// A window was reported.
		"plenty left":                         {script{window(600, 599, 60)}, []int{0, 1, 1, 1}},
		"room for two":                        {script{window(3, 2, 10), window(3, 1, 10), window(3, 0, 10), window(3, 2, 20)}, []int{0, 1, 1, 10}},
		"room for one":                        {script{window(2, 1, 10), window(2, 0, 10), plain}, []int{0, 1, 10, 10}},
		"room for none":                       {script{window(1, 0, 10), window(1, 0, 20), window(1, 0, 30), window(1, 0, 40)}, []int{0, 10, 20, 30}},
		"limit of zero":                       {script{window(0, 0, 10), window(0, 0, 20), window(0, 0, 30), window(0, 0, 40)}, []int{0, 10, 20, 30}},
		"longest wait":                        {script{window(1, 0, 121), window(1, 0, 130), plain}, []int{0, 121, 130, 131}},
		"beyond two minutes":                  {script{window(3, 0, 122), window(3, 0, 122)}, []int{0, 1, 1, 1}},
		"reset is now":                        {script{window(2, 0, 1), window(2, 1, 10), window(2, 0, 10), plain}, []int{0, 1, 1, 10}},
		"past reset":                          {script{window(2, 0, -9), plain}, []int{0, 1, 1, 2}},
		"without limit":                       {script{{remaining: "0", reset: 10}, plain}, []int{0, 10, 11, 11}},
		"without remaining":                   {script{{limit: "3", reset: 10}}, []int{0, 1, 1, 1}},
		"without reset":                       {script{{limit: "2", remaining: "0"}}, []int{0, 1, 1, 2}},
		"negative remaining":                  {script{{limit: "3", remaining: "-1", reset: 10}}, []int{0, 1, 1, 1}},
		"garbage":                             {script{{limit: "600, 600;w=60", remaining: "many", reset: 10}}, []int{0, 1, 1, 1}},
		"garbage limit":                       {script{{limit: "many", remaining: "1", reset: 10}, {limit: "many", remaining: "0", reset: 10}, plain}, []int{0, 1, 10, 11}},
		"later reset":                         {script{window(2, 1, 10), window(2, 1, 20), window(2, 0, 20), window(2, 1, 30)}, []int{0, 1, 2, 20}},
		"limit grows":                         {script{window(1, 0, 10), window(9, 8, 20), window(9, 7, 20)}, []int{0, 10, 11, 11}},
		"headers vanish":                      {script{window(2, 1, 10), plain}, []int{0, 1, 10, 10}},
		"clock ahead once":                    {script{nextYear(window(1, 0, 10)), window(1, 0, 20), window(1, 0, 30), window(1, 0, 40)}, []int{0, 10, 20, 30}},
		"clock ahead later":                   {script{window(1, 0, 10), nextYear(window(1, 0, 20)), window(1, 0, 30), window(1, 0, 40)}, []int{0, 10, 20, 30}},
		"late response":                       {script{window(3, 2, 10), after(2, window(3, 1, 10)), window(3, 0, 10), plain}, []int{0, 1, 1, 10}},
		"late response about an older window": {script{window(3, 2, 10), after(2, window(3, 9, 8)), window(3, 0, 20), plain}, []int{0, 1, 1, 20}},
		"late response with more remaining":   {script{window(3, 2, 10), window(3, 0, 10), after(2, window(3, 3, 10)), plain}, []int{0, 1, 1, 10}},
		"lost counts":                         {script{window(3, 2, 10), after(2, lost), window(3, 1, 10), plain}, []int{0, 1, 1, 10}},
		"not sent does not count":             {script{window(3, 2, 10), notSent, window(3, 1, 10), plain}, []int{0, 1, 1, 2}},
		"rejected because of another process": {script{
			window(3, 2, 10), rejected(window(3, 0, 10)), rejected(window(3, 0, 10)),
			window(3, 1, 20), window(3, 0, 20), window(3, 2, 30),
		}, []int{0, 1, 1, 10, 11, 20}},

		// After a reset.
		"hanging since before":                     {script{window(1, 0, 10), hangs, window(1, 0, 20)}, []int{0, 10, 15, 20}},
		"lost after the reset":                     {script{window(2, 0, 10), lost, after(3, window(2, 0, 20)), plain}, []int{0, 10, 10, 20}},
		"not sent after the reset":                 {script{window(1, 0, 10), notSent, window(1, 0, 20), plain}, []int{0, 10, 11, 20}},
		"rejected after the reset":                 {script{window(1, 0, 10), rejected(window(1, 0, 15)), window(1, 0, 20), window(1, 0, 30), plain}, []int{0, 10, 15, 20, 30}},
		"rejected without headers after the reset": {script{window(2, 0, 10), rejected(plain), rejected(plain), window(2, 0, 20)}, []int{0, 10, 10, 11}},
	} {
		for _, form := range resetForms() {
			t.Run(name+", "+string(form), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					equal(t, createFour(t, form, tt.script), tt.want)
				})
			})
		}
	}
}

// TestResponseAboutAPastWindow reports a reset that has passed, which is possible in
// seconds since 1970 only.
func TestResponseAboutAPastWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sent := createFour(t, since1970, []exchange{
			{limit: "2", remaining: "1", reset: 10},
			{limit: "2", remaining: "0", reset: 10, takes: 12 * time.Second},
			{limit: "2", remaining: "1", reset: 20},
			{},
		})
		equal(t, sent, []int{0, 1, 10, 13})
	})
}

// TestResetsOfAWindowMayDiffer covers resets in seconds from now that differ by a second
// although they are about the same window, as both Date and the seconds are rounded.
func TestResetsOfAWindowMayDiffer(t *testing.T) {
	t.Parallel()
	window := func(limit, remaining, reset int) exchange {
		return exchange{limit: strconv.Itoa(limit), remaining: strconv.Itoa(remaining), reset: reset}
	}
	next := window(3, 2, 20)
	late := window(3, 2, 10)
	late.takes = 2 * time.Second
	for name, tt := range map[string]struct {
		script []exchange
		want   []int
	}{
		"later, then earlier":      {[]exchange{window(3, 2, 10), window(3, 1, 11), window(3, 0, 10), next}, []int{0, 1, 1, 11}},
		"earlier, then later":      {[]exchange{window(3, 2, 10), window(3, 1, 9), window(3, 0, 10), next}, []int{0, 1, 1, 10}},
		"out of order":             {[]exchange{window(3, 2, 10), late, window(3, 0, 9), next}, []int{0, 1, 1, 10}},
		"out of order and later":   {[]exchange{window(3, 2, 10), late, window(3, 0, 11), next}, []int{0, 1, 1, 11}},
		"a window of two seconds":  {[]exchange{window(1, 0, 2), window(1, 0, 4), window(1, 0, 6), next}, []int{0, 2, 4, 6}},
		"two in such a window":     {[]exchange{window(2, 1, 2), window(2, 0, 2), window(2, 1, 4), window(2, 0, 4)}, []int{0, 1, 2, 2}},
		"a neighbor, after it":     {[]exchange{window(1, 0, 2), window(2, 1, 4), window(2, 0, 4), next}, []int{0, 2, 3, 4}},
		"rejected a second before": {[]exchange{window(1, 0, 9), {status: 429, limit: "1", remaining: "0", reset: 11}, window(1, 0, 20), next}, []int{0, 9, 11, 20, 21}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				equal(t, createFour(t, fromNow, tt.script), tt.want)
			})
		})
	}
}

// TestRequestsAreAdmittedInOrderOfArrival sends ten requests, of which one is
// canceled while it waits.
func TestRequestsAreAdmittedInOrderOfArrival(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, connectTo := startInMemory(t, limitCreates(1, 3*time.Second, since1970))
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
		equal(t, got, []string{"0", "1", "2", "4", "5", "6", "7", "8", "9"})
	})
}

// TestWaitForAdmissionEndsWithTheContext sends ten requests while the limit is
// exhausted for a minute.
func TestWaitForAdmissionEndsWithTheContext(t *testing.T) {
	t.Parallel()
	for method, do := range operations() {
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
						got := apiError(t, do(ctx, c, id))
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

func TestRequestDoesNotStayInFlightAfterAPanic(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := connect(t, options(sendgrid.GlobalURL))
		start := time.Now()
		first := true
		c.Send(func(*http.Request) (*http.Response, error) {
			if first {
				first = false
				panic("test")
			}
			return exchange{}.run(start)
		})
		func() {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			_ = create(t.Context(), c, "")
		}()
		noError(t, create(t.Context(), c, ""))
		if d := time.Since(start); d != time.Second {
			t.Errorf("the second request took %s", d)
		}
	})
}
