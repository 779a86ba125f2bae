package sendgrid_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// random generates test data from a seed.
type random struct{ *rand.Rand }

func newRandom(seed uint64) random { return random{rand.New(rand.NewPCG(seed, 0))} }

// oneIn returns true once in n times.
func (r random) oneIn(n int) bool { return r.IntN(n) == 0 }

// duration returns one from least up to most.
func (r random) duration(least, most time.Duration) time.Duration {
	return least + time.Duration(r.Int64N(int64(most-least)))
}

// exchange returns an exchange with one of the statuses. One response in ten is
// lost.
func (r random) exchange(statuses ...int) exchange {
	x := exchange{takes: r.duration(time.Millisecond, 3*time.Second), status: statuses[r.IntN(len(statuses))]}
	if r.oneIn(10) {
		x.err = io.ErrUnexpectedEOF
	}
	return x
}

// createAny creates n keys with each of several concurrent workers and ignores
// the errors.
func createAny(t *testing.T, c *sendgrid.Client, workers, n int) {
	t.Helper()
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range n {
				_ = create(t.Context(), c, "")
			}
		})
	}
	wg.Wait()
}

// randomServer is a server with an arbitrary clock, whose responses report
// arbitrary numbers for the current window, an earlier one or a later one. Some
// of its responses are rejections, and some get lost.
//
// For every request it checks what the rate gate promises: during the latest
// window that was reported, the number of requests in flight stays within the
// lowest number of remaining requests reported for that window.
type randomServer struct {
	t *testing.T

	mu     sync.Mutex // Guards the fields below.
	random random
	form   resetForm
	// ahead is how much the server's clock is ahead of the local one.
	ahead time.Duration
	// window is the length of a window in seconds.
	window   int
	reported []reportedWindow
	inFlight int
	// checked is how many requests were sent during a reported window.
	checked int
}

// reportedWindow is what a response reported, with the reset in seconds since
// 1970.
type reportedWindow struct{ reset, remaining int }

func newRandomServer(t *testing.T, r random, form resetForm) *randomServer {
	t.Helper()
	return &randomServer{t: t, random: r, form: form, ahead: r.duration(-1000*time.Hour, 1000*time.Hour), window: 1 + r.IntN(9)}
}

// send checks that a request is allowed, and responds to it.
func (s *randomServer) send(*http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.check()
	s.inFlight++
	r := s.random
	x := r.exchange(201, 201, 201, 404, 429, 502)
	silent, limit, remaining, shift := r.oneIn(10), 1+r.IntN(5), r.IntN(5), r.IntN(5)/2-r.IntN(3)/2
	s.mu.Unlock()

	resp, err := x.run(time.Time{})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inFlight--
	if err != nil {
		return nil, err
	}
	now := time.Now().Add(s.ahead).UTC()
	resp.Header.Set("Date", now.Format(http.TimeFormat))
	if silent {
		return resp, nil
	}
	if x.status == http.StatusTooManyRequests {
		remaining = 0
	}
	reset := (int(now.Unix())/s.window + 1 + shift) * s.window
	s.reported = append(s.reported, reportedWindow{reset, remaining})
	resp.Header.Set("X-RateLimit-Limit", strconv.Itoa(limit))
	resp.Header.Set("X-RateLimit-Remaining", strconv.Itoa(remaining))
	if s.form == fromNow {
		reset -= int(now.Unix())
	}
	resp.Header.Set("X-RateLimit-Reset", strconv.Itoa(reset))
	return resp, nil
}

// check fails the test if another request exceeds the latest window.
func (s *randomServer) check() {
	var latest reportedWindow
	for _, w := range s.reported {
		if w.reset > latest.reset || w.reset == latest.reset && w.remaining < latest.remaining {
			latest = w
		}
	}
	now := time.Now().Add(s.ahead)
	if !now.Before(time.Unix(int64(latest.reset), 0)) {
		return
	}
	s.checked++
	if s.inFlight >= latest.remaining {
		s.t.Errorf("sent at %s with %d in flight: %+v", now, s.inFlight, latest)
	}
}

func TestReportedWindowIsNeverExceeded(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		for _, form := range resetForms() {
			t.Run(fmt.Sprintf("seed %d, %s", seed, form), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					r := newRandom(seed)
					s := newRandomServer(t, r, form)
					c := connect(t, options(sendgrid.GlobalURL))
					c.Send(s.send)
					createAny(t, c, 1+r.IntN(12), 20)
					if s.checked == 0 {
						t.Error("no request was sent during a reported window")
					}
				})
			})
		}
	}
}

// lyingServer is a server whose first hundred responses have arbitrary headers,
// including an arbitrary Date. The others have no rate limit.
type lyingServer struct {
	mu       sync.Mutex // Guards the fields below.
	random   random
	requests int
}

func (s *lyingServer) send(*http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.requests++
	honest := s.requests > 100
	x := s.random.exchange(201, 429, 429, 502)
	header := make(http.Header)
	for _, name := range []string{"Date", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After"} {
		if s.random.oneIn(2) {
			header.Set(name, s.lie())
		}
	}
	s.mu.Unlock()
	if honest {
		return exchange{}.run(time.Time{})
	}
	resp, err := x.run(time.Time{})
	if err == nil {
		resp.Header = header
	}
	return resp, err
}

// lie returns a value for any of the headers.
func (s *lyingServer) lie() string {
	at := time.Now().Add(s.random.duration(-3*time.Minute, 3*time.Minute))
	lies := []string{
		"", "0", "1", "-1", "soon", "9223372036854775807", strconv.Itoa(s.random.IntN(10)),
		decimal(at), decimal(at.AddDate(300, 0, 0)),
		at.UTC().Format(http.TimeFormat), at.AddDate(5000, 0, 0).UTC().Format(http.TimeFormat),
	}
	return lies[s.random.IntN(len(lies))]
}

func TestEveryWaitEnds(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				s := &lyingServer{random: newRandom(seed)}
				c := connect(t, options(sendgrid.GlobalURL))
				c.Send(s.send)
				createAny(t, c, 10, 10)
				// A lie costs at most the longest wait. Most cost nothing.
				if d := time.Since(start); d > 100*2*time.Minute || s.requests < 100 {
					t.Errorf("took %s and %d requests", d, s.requests)
				}
			})
		})
	}
}
