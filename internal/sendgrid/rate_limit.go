package sendgrid

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

const (
	// maxLimitWait is the longest wait for a rate limit that is worth it. The
	// windows on record are seconds to a minute long; what is beyond this is a
	// quota, and the user's business.
	maxLimitWait = 2 * time.Minute

	// limitJitter spreads the requests that wait for the same reset.
	limitJitter = time.Second
)

// rateLimitTransport waits out the answers 429 that say when the limit resets,
// and sends the request again. A 429 has no effect, so that this holds for every
// method. All other 429 are left to the retries, which count.
type rateLimitTransport struct {
	next http.RoundTripper
	wait func(context.Context, time.Duration) error
}

func (t *rateLimitTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	for {
		resp, err := t.next.RoundTrip(req)
		if err != nil || resp.StatusCode != http.StatusTooManyRequests {
			return resp, err
		}
		delay, known := untilReset(resp.Header)
		if !known || delay <= 0 || delay > maxLimitWait {
			return resp, nil
		}
		// The reset is told in whole seconds: without a second's margin the
		// request could come too early.
		delay += rand.N(limitJitter)
		if err := t.wait(req.Context(), delay); err != nil {
			return nil, fmt.Errorf("%w while waiting for the rate limit: %w", errNotSent, err)
		}
		if req, err = rewind(req); err != nil {
			return nil, err
		}
	}
}

// rewind returns req with its body at the start.
func rewind(req *http.Request) (*http.Request, error) {
	again := req.Clone(req.Context())
	if req.GetBody == nil {
		return again, nil
	}
	body, err := req.GetBody()
	if err != nil {
		return nil, err
	}
	again.Body = body
	return again, nil
}

// untilReset returns how long the rate limit of an answer stands. SendGrid tells
// the end of the window as seconds since 1970 by its own clock, X-RateLimit-Reset,
// which may be past or absent. Its Date header keeps a wrong clock here from
// mattering. Retry-After was never seen of SendGrid; it is heeded all the same.
func untilReset(h http.Header) (delay time.Duration, known bool) {
	if seconds, err := strconv.Atoi(h.Get("Retry-After")); err == nil {
		return time.Duration(seconds) * time.Second, true
	}
	reset := resetTime(h)
	if reset.IsZero() {
		return 0, false
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return reset.Sub(now), true
}

// resetTime returns X-RateLimit-Reset, or the zero time.
func resetTime(h http.Header) time.Time {
	seconds, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64)
	if err != nil || seconds <= 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}
