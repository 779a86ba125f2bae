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
