package sendgrid

import (
	"net/http"
	"strconv"
	"time"
)

// rates is what an answer tells of the rate limit of its endpoint. SendGrid
// names no numbers in its documentation, only the headers ("Rate Limits").
type rates struct {
	// limit is how many requests a window takes, X-RateLimit-Limit, and 0 where
	// that is not told.
	limit int
	// window is whether remaining and reset are told, and worth heeding.
	window bool
	// remaining is how many requests this window takes yet, X-RateLimit-Remaining.
	remaining int
	// reset is when the next one begins, by SendGrid's clock.
	reset time.Time
}

// read returns what an answer tells. Its headers may be absent, garbage or past.
func (c *serverClock) read(resp *http.Response, sent, received time.Time) rates {
	h := resp.Header
	now := c.there(received)
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		c.set(date, sent, received)
		now = date
	}
	limit, _ := number(h, "X-RateLimit-Limit")
	remaining, ok := number(h, "X-RateLimit-Remaining")
	reset := resetTime(h)
	if resp.StatusCode == http.StatusTooManyRequests {
		remaining, ok = 0, true
		// Retry-After was never seen of SendGrid. It is heeded all the same.
		if seconds, ok := number(h, "Retry-After"); ok {
			now = c.there(received)
			reset = now.Add(time.Duration(seconds) * time.Second)
		}
	}
	wait := reset.Sub(now)
	return rates{limit, ok && 0 < wait && wait <= maxLimitWait, remaining, reset}
}

// number returns a header that holds a number from zero up.
func number(h http.Header, name string) (n int, ok bool) {
	parsed, err := strconv.ParseUint(h.Get(name), 10, 31)
	if err != nil {
		return 0, false
	}
	return int(parsed), true
}

// resetTime returns X-RateLimit-Reset, which is in seconds since 1970 and not
// from now, or the zero time.
func resetTime(h http.Header) time.Time {
	seconds, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64)
	if err != nil || seconds <= 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

// serverClock translates between SendGrid's clock and the one here, which may
// be wrong. The Date of an answer is rounded down to seconds: at some moment
// between sending the request and receiving the answer it was Date there, or up
// to a second later.
//
// The clock goes by the one answer that puts SendGrid furthest ahead. So it lags
// by less than a second and a round trip, which does not add up, and is never
// early: a reset that has passed here has passed there. Before the first answer
// the clock here is all there is.
type serverClock struct{ date, received time.Time }

func (c *serverClock) set(date, sent, received time.Time) {
	passed := date.Sub(c.date)
	switch {
	case c.received.IsZero(),
		passed > received.Sub(c.received),
		// No clock can have shown both: one of the two has been set.
		passed+time.Second <= sent.Sub(c.received):
		c.date, c.received = date, received
	}
}

// here returns what time it is here when it is t there.
func (c *serverClock) here(t time.Time) time.Time {
	if c.received.IsZero() {
		return t
	}
	return c.received.Add(t.Sub(c.date))
}

// there returns what time it is there when it is t here.
func (c *serverClock) there(t time.Time) time.Time {
	if c.received.IsZero() {
		return t
	}
	return c.date.Add(t.Sub(c.received))
}
