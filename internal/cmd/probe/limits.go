package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"
)

const (
	// maxWait is the longest wait for a rate limit. Recorded windows last up to
	// a minute.
	maxWait = time.Minute
	// rejectionWait is how long to wait after a 429 that does not say it.
	rejectionWait = 2 * time.Second
)

// window is what a response reports about the rate limit of its endpoint.
type window struct {
	limit, remaining int
	// reset is by SendGrid's clock, and until how far off it is.
	reset time.Time
	until time.Duration
	// fromNow reports whether the reset is sent in seconds from now.
	fromNow bool
}

// readWindow returns what a response reports, and whether it reports anything.
func readWindow(r reply) (window, bool) {
	limit, err := strconv.Atoi(r.header.Get("X-RateLimit-Limit"))
	remaining, err2 := strconv.Atoi(r.header.Get("X-RateLimit-Remaining"))
	seconds, err3 := strconv.ParseInt(r.header.Get("X-RateLimit-Reset"), 10, 64)
	if cmp.Or(err, err2, err3) != nil {
		return window{}, false
	}
	now, err := http.ParseTime(r.header.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	// SendGrid has been recorded to send seconds since 1970 and, from another
	// gateway, seconds from now.
	w := window{limit: limit, remaining: remaining, reset: time.Unix(seconds, 0), fromNow: seconds < 1e9}
	if w.fromNow {
		w.reset = now.Add(time.Duration(seconds) * time.Second)
	}
	w.until = w.reset.Sub(now)
	return w, true
}

// same reports whether two responses are about the same window. Seconds from now
// are only precise to a second.
func (w window) same(other window) bool {
	difference := w.reset.Sub(other.reset).Abs()
	return difference == 0 || w.fromNow && difference <= time.Second
}

// limits keeps what responses have reported, by endpoint.
type limits map[string]*endpoint

type endpoint struct {
	// last is the latest window, and longest the longest time until a reset.
	last    window
	known   bool
	longest time.Duration
	// opens is when the endpoint admits the next call.
	opens time.Time
}

func (l limits) endpoint(r request) *endpoint {
	e, ok := l[r.route()]
	if !ok {
		e = new(endpoint)
		l[r.route()] = e
	}
	return e
}

// wait waits until the endpoint of a request admits it. It returns an error if
// ctx ends first.
func (l limits) wait(ctx context.Context, r request) error {
	return sleep(ctx, time.Until(l.endpoint(r).opens))
}

// observe reads a response, and reports whether its request was rejected by a
// rate limit that is worth the wait.
func (l limits) observe(r request, resp reply) (again bool) {
	e := l.endpoint(r)
	wait := time.Duration(0)
	if w, ok := readWindow(resp); ok {
		e.last, e.known, e.longest = w, true, max(e.longest, w.until)
		if w.remaining == 0 {
			wait = w.until
		}
	}
	if resp.status == http.StatusTooManyRequests && wait <= 0 {
		wait = rejectionWait
	}
	if wait > maxWait {
		return false
	}
	e.opens = time.Now().Add(wait)
	return resp.status == http.StatusTooManyRequests
}

// addLimits adds a row for the rate limit of every endpoint.
func (p *prober) addLimits() {
	for _, route := range slices.Sorted(maps.Keys(p.limits)) {
		e, question := p.limits[route], "rate limit of "+route
		const assumed = "headers with the reset in seconds since 1970"
		if !e.known {
			p.table.add(question, assumed, "no such headers", unclear)
			continue
		}
		form := "since 1970"
		if e.last.fromNow {
			form = "from now"
		}
		observed := fmt.Sprintf("%d requests, reset within %s, sent in seconds %s", e.last.limit, e.longest, form)
		p.table.add(question, assumed, observed, agreesIf(!e.last.fromNow))
	}
}

// listWithBoth lists the keys with the credential and with the created key, and
// finds out whether the two share a rate limit. It returns the second response.
func (p *prober) listWithBoth(ctx context.Context) reply {
	const question, assumed = "who shares a rate limit", "all keys of an account"
	const attempts = 3 // Windows as short as a second have been recorded.
	var withOwn reply
	for range attempts {
		first, ok := readWindow(p.send(ctx, request{method: http.MethodGet, path: keysPath}))
		withOwn = p.sendWithOwn(ctx, request{method: http.MethodGet, path: keysPath})
		second, ok2 := readWindow(withOwn)
		switch {
		case !ok || !ok2:
			p.table.add(question, assumed, "no rate limit headers", unclear)
			return withOwn
		case first.same(second):
			observed := fmt.Sprintf("%d remain for the credential, then %d for another key", first.remaining, second.remaining)
			p.table.add(question, assumed, observed, agreesIf(second.remaining < first.remaining))
			return withOwn
		}
	}
	p.table.add(question, assumed, "the limit was reset between two calls", unclear)
	return withOwn
}

// sleep returns an error if ctx ends before d has passed, or has ended already.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 || ctx.Err() != nil {
		return ctx.Err()
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
