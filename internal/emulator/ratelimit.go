package emulator

import (
	"net/http"
	"strconv"
	"time"
)

// RateLimit admits a number of requests in every window of time. Windows start
// at multiples of their length, as SendGrid's do (GET /v3/scopes: at the full
// minute), not with the first request. It is assumed that a limit applies to
// the matching requests of all callers and accounts together.
type RateLimit struct {
	// Method and Path select requests, as in Fault.
	Method string
	Path   string
	// Requests is how many requests a window admits.
	Requests int
	// Window defaults to a minute.
	Window time.Duration
}

// quota counts the requests of a RateLimit.
type quota struct {
	RateLimit
	match func(*http.Request) bool
	// window is the start of the current window, used the number of requests
	// that it has admitted.
	window time.Time
	used   int
}

func newQuota(l RateLimit) *quota {
	if l.Window == 0 {
		l.Window = time.Minute
	}
	return &quota{RateLimit: l, match: matcher(l.Method, l.Path)}
}

// take counts a request, sets the rate limit headers of its response, and
// reports whether the request is admitted.
func (q *quota) take(now time.Time, h http.Header) bool {
	if window := now.Truncate(q.Window); !window.Equal(q.window) {
		q.window, q.used = window, 0
	}
	ok := q.used < q.Requests
	if ok {
		q.used++
	}
	setRateLimit(h, q.Requests, q.Requests-q.used, q.window.Add(q.Window))
	return ok
}

// setRateLimit sets SendGrid's rate limit headers (recorded in sendgrid-nodejs
// #957). The reset is in seconds since the epoch, rounded up: a client that
// waits until then is never too early. SendGrid has never been seen to send a
// Retry-After header.
func setRateLimit(h http.Header, limit, remaining int, reset time.Time) {
	h.Set("X-Ratelimit-Limit", strconv.Itoa(limit))
	h.Set("X-Ratelimit-Remaining", strconv.Itoa(remaining))
	h.Set("X-Ratelimit-Reset", strconv.FormatInt(reset.Add(time.Second-1).Unix(), 10))
}

func tooManyRequests() Response {
	return errorResponse(http.StatusTooManyRequests, "", "too many requests")
}
