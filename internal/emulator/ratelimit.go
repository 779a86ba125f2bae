package emulator

import (
	"net/http"
	"strconv"
	"time"
)

// quota counts the requests of one RateLimit.
type quota struct {
	RateLimit
	match func(*http.Request) bool
	// window is when the current one began, used what it has let through.
	window time.Time
	used   int
}

func newQuota(l RateLimit) *quota {
	if l.Window == 0 {
		l.Window = time.Minute
	}
	return &quota{RateLimit: l, match: matcher(l.Method, l.Path)}
}

// take counts a request, says in the header how things stand, and reports
// whether the request may pass.
func (q *quota) take(now time.Time, h http.Header) bool {
	if window := now.Truncate(q.Window); !window.Equal(q.window) {
		q.window, q.used = window, 0
	}
	ok := q.used < q.Requests
	if ok {
		q.used++
	}
	setLimit(h, q.Requests, q.Requests-q.used, q.window.Add(q.Window))
	return ok
}

// setLimit sets SendGrid's rate limit headers. The reset is in absolute epoch
// seconds, rounded up so that who waits for it does not come too early. There
// is no Retry-After: none has ever been seen.
func setLimit(h http.Header, limit, remaining int, reset time.Time) {
	h.Set("X-Ratelimit-Limit", strconv.Itoa(limit))
	h.Set("X-Ratelimit-Remaining", strconv.Itoa(remaining))
	h.Set("X-Ratelimit-Reset", strconv.FormatInt(reset.Add(time.Second-1).Unix(), 10))
}

func tooManyRequests() Answer {
	return failure(http.StatusTooManyRequests, "", "too many requests")
}
