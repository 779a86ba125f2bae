package sendgrid

import (
	"net/http"
	"strconv"
	"time"
)

// rateLimit is what a response reports about the rate limit of its endpoint.
// SendGrid documents the headers ("Rate Limits" in its API reference), but no
// numbers for the endpoints of API keys.
type rateLimit struct {
	// limit is how many requests a window takes (X-RateLimit-Limit), 0 if that is
	// not reported.
	limit int
	// window is whether remaining and reset are reported and plausible.
	window bool
	// remaining is how many more requests the current window takes
	// (X-RateLimit-Remaining).
	remaining int
	// reset is when the next window begins by SendGrid's clock
	// (X-RateLimit-Reset). It is set whenever it is reported.
	reset time.Time
	// precision is how far apart the resets may be that responses report for the
	// same window.
	precision time.Duration
}

// near reports whether the reset may be that of the window that ends at reset.
func (l rateLimit) near(reset time.Time) bool {
	return l.reset.Sub(reset).Abs() <= l.precision
}

// maxLimitWait is the longest wait for a rate limit. The recorded windows last
// from seconds to a minute. A longer one is a quota, which is reported to the
// user instead.
const maxLimitWait = 2 * time.Minute

// readRateLimit returns what a response reports, and adjusts the clock to it.
// Any of the headers may be missing, malformed or outdated.
func readRateLimit(resp *http.Response, clock *serverClock, sent, received time.Time) rateLimit {
	h := resp.Header
	now, ok := dateOf(h)
	if ok {
		clock.adjust(now, sent, received)
	} else {
		now = clock.fromLocal(received)
	}
	limit, _ := number(h, "X-RateLimit-Limit")
	remaining, ok := number(h, "X-RateLimit-Remaining")
	reset, precision := resetTime(h, now)
	if resp.StatusCode == http.StatusTooManyRequests {
		remaining, ok = 0, true
		// SendGrid has never been seen to send Retry-After. Honor it anyway.
		if seconds, ok := number(h, "Retry-After"); ok {
			now = clock.fromLocal(received)
			reset, precision = now.Add(time.Duration(seconds)*time.Second), 0
		}
	}
	wait := reset.Sub(now)
	return rateLimit{limit, ok && 0 < wait && wait <= maxLimitWait, remaining, reset, precision}
}

// number returns the value of a header if it is a non-negative integer.
func number(h http.Header, name string) (n int, ok bool) {
	parsed, err := strconv.ParseUint(h.Get(name), 10, 31)
	if err != nil {
		return 0, false
	}
	return int(parsed), true
}

// dateOf returns the time in the Date header.
func dateOf(h http.Header) (date time.Time, ok bool) {
	date, err := http.ParseTime(h.Get("Date"))
	return date, err == nil
}

// resetTime returns the time in X-RateLimit-Reset, or the zero time. SendGrid has
// been seen to send it in two forms: as seconds since 1970, and as seconds from
// now. The second form is less precise, since both numbers are rounded.
func resetTime(h http.Header, now time.Time) (reset time.Time, precision time.Duration) {
	seconds, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64)
	switch {
	case err != nil || seconds <= 0:
		return time.Time{}, 0
	case seconds < 1e8: // Three years from now, or 1973.
		return now.Add(time.Duration(seconds) * time.Second), time.Second
	default:
		return time.Unix(seconds, 0), 0
	}
}

// serverClock converts between the local clock and SendGrid's, as either may be
// wrong. It learns SendGrid's time from the Date of responses, which is
// truncated to seconds: at some moment between sending the request and
// receiving the response, SendGrid's clock showed Date or up to a second more.
//
// Of all responses, the clock uses the one that puts SendGrid's clock furthest
// ahead. It may therefore be behind SendGrid's clock, by less than a second plus
// a round trip, but never ahead of it: if a reset has passed by this clock, it
// has passed at SendGrid. Before the first response it shows the local time.
type serverClock struct {
	// At the local time received, SendGrid's clock showed at least date.
	date, received time.Time
}

// adjust takes the Date of a response into account.
func (c *serverClock) adjust(date, sent, received time.Time) {
	elapsed := date.Sub(c.date)
	switch {
	case c.received.IsZero(),
		elapsed > received.Sub(c.received),
		// SendGrid's clock or the local one was set back or forth meanwhile.
		elapsed+time.Second <= sent.Sub(c.received):
		c.date, c.received = date, received
	}
}

// toLocal returns the local time when SendGrid's clock shows t.
func (c *serverClock) toLocal(t time.Time) time.Time {
	if c.received.IsZero() {
		return t
	}
	return c.received.Add(t.Sub(c.date))
}

// fromLocal returns what SendGrid's clock shows at the local time t.
func (c *serverClock) fromLocal(t time.Time) time.Time {
	if c.received.IsZero() {
		return t
	}
	return c.date.Add(t.Sub(c.received))
}
