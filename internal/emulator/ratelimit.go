package emulator

import (
	"net/http"
	"strconv"
	"time"
)

// RateLimit admits a number of requests in every window of time. Windows start
// at multiples of their length, as SendGrid's do (GET /v3/scopes: at the full
// minute), not with the first request.
type RateLimit struct {
	// Method and Path select requests, as in Fault.
	Method string
	Path   string
	// Requests is how many requests a window admits.
	Requests int
	// Window defaults to a minute.
	Window time.Duration
	// PerKey counts the requests of every key by themselves. The default, that a
	// limit applies to the matching requests of all callers and accounts
	// together, is assumed.
	PerKey bool
	// RelativeReset sends the reset as seconds from the response's Date, as a
	// gateway of SendGrid did in 2021 (a fixture of grouparoo). The default is
	// seconds since 1970.
	RelativeReset bool
}

// quota counts the requests of a RateLimit.
type quota struct {
	RateLimit
	match func(*http.Request) bool
	// window is the start of the current window, used the number of requests
	// that it has admitted, by credential if PerKey is set.
	window time.Time
	used   map[string]int
}

func newQuota(l RateLimit) *quota {
	if l.Window == 0 {
		l.Window = time.Minute
	}
	return &quota{RateLimit: l, match: matcher(l.Method, l.Path)}
}

// take counts a request, sets the rate limit headers of its response, and
// reports whether the request is admitted.
func (q *quota) take(r *http.Request, now time.Time, h http.Header) bool {
	if window := now.Truncate(q.Window); q.used == nil || !window.Equal(q.window) {
		q.window, q.used = window, make(map[string]int)
	}
	credential := ""
	if q.PerKey {
		credential = r.Header.Get("Authorization")
	}
	ok := q.used[credential] < q.Requests
	if ok {
		q.used[credential]++
	}
	from := time.Unix(0, 0)
	if q.RelativeReset {
		from = now
		h.Set("Date", now.UTC().Format(http.TimeFormat))
	}
	setRateLimit(h, q.Requests, q.Requests-q.used[credential], q.window.Add(q.Window), from)
	return ok
}

// setRateLimit sets SendGrid's rate limit headers (recorded in sendgrid-nodejs
// #957). The reset is in seconds, rounded up: a client that waits until then is
// never too early. SendGrid has never been seen to send a Retry-After header.
func setRateLimit(h http.Header, limit, remaining int, reset, from time.Time) {
	h.Set("X-Ratelimit-Limit", strconv.Itoa(limit))
	h.Set("X-Ratelimit-Remaining", strconv.Itoa(remaining))
	h.Set("X-Ratelimit-Reset", strconv.FormatInt(reset.Add(time.Second-1).Unix()-from.Unix(), 10))
}

func tooManyRequests() Response {
	return errorResponse(http.StatusTooManyRequests, "", "too many requests")
}
