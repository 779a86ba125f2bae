package sendgrid

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

const (
	// After a reset the gate waits resetMargin longer, because clocks drift, plus
	// a random part of resetSpread, because several processes may share a limit.
	resetMargin = 25 * time.Millisecond
	resetSpread = 250 * time.Millisecond

	// maxHold is how long requests in flight hold back the next one while no
	// window is known. Responses usually take a fraction of a second.
	maxHold = 5 * time.Second

	// unlimited is the limit of an endpoint that has not reported one.
	unlimited = math.MaxInt
)

// rateGate holds back requests that would exceed SendGrid's rate limits. If a
// request is rejected anyway, with status 429 and the time of the reset, the
// gate sends it again. This is safe for every method, because a rejected request
// has no effect.
//
// SendGrid counts the requests to each endpoint in windows of fixed length. Most
// responses report three numbers: how many requests a window takes (the limit),
// how many of them remain, and when the window ends (the reset). The gate has a
// queue for each endpoint, which admits requests in order of arrival:
//
//   - During the window reported last, the number of requests in flight is at
//     most the number of remaining requests. SendGrid may have counted some of
//     those in flight already, so the gate may hold back a request that would
//     pass, until the next response corrects the number.
//   - After the reset, until a response reports the next window, the number of
//     requests in flight is at most the limit.
//   - While the limit is in doubt, the queue is probing: outside of a window, one
//     request at a time is in flight. The queue for POST starts out probing, since
//     the limit on creating keys is low. Any queue probes after a 429, after a lost
//     response and after a gateway's error: another process may have used up the
//     limit.
//   - If the endpoint reports no limit, requests are not held back.
//
// No lock is held while a request is in flight. Every wait is bounded: during a
// window by its reset, and otherwise by maxHold.
type rateGate struct {
	transport http.RoundTripper
	// announce counts a request that waits, until done is called.
	announce func() (done func())

	mu     sync.Mutex // Guards the fields below and those of the queues.
	clock  serverClock
	queues map[string]*endpointQueue
}

// endpointQueue holds the requests to an endpoint that wait to be sent, and what
// is known about its rate limit.
type endpointQueue struct {
	// next is full while a request is next to be admitted. The others are blocked
	// in sending to it, which Go resumes in order of arrival.
	next chan struct{}
	// changed notifies the next request that a response was recorded.
	changed chan struct{}

	inFlight int
	lastSent time.Time

	// limit is how many requests a window takes.
	limit int
	// probing restricts the queue to one request in flight outside of a window.
	probing bool

	// remaining is how many requests the window reported last takes until reset,
	// by SendGrid's clock. The gate considers it open until jitter after that.
	remaining int
	reset     time.Time
	jitter    time.Duration
}

func newRateGate(transport http.RoundTripper, announce func() (done func())) *rateGate {
	return &rateGate{transport: transport, announce: announce, queues: make(map[string]*endpointQueue)}
}

// RoundTrip sends req when the rate limit of its endpoint allows it, and again
// if it is rejected with a known reset.
func (g *rateGate) RoundTrip(req *http.Request) (*http.Response, error) {
	q := g.queue(callFrom(req.Context()).request)
	if g.probing(q) {
		defer g.announce()()
	}
	for {
		if err := g.admit(req.Context(), q); err != nil {
			return nil, err
		}
		resp, resend, err := g.send(req, q)
		if !resend || callFrom(req.Context()).rejected() {
			return resp, err
		}
		if req, err = rewind(req); err != nil {
			return nil, err
		}
	}
}

// queue returns the queue for r. Limits apply to a method and a route, whatever
// the key.
func (g *rateGate) queue(r request) *endpointQueue {
	endpoint := r.method + " " + r.path[0]
	if len(r.path) > 1 {
		endpoint += "/{id}"
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	q, ok := g.queues[endpoint]
	if !ok {
		q = &endpointQueue{
			next:    make(chan struct{}, 1),
			changed: make(chan struct{}, 1),
			limit:   unlimited,
			probing: !r.idempotent(),
		}
		g.queues[endpoint] = q
	}
	return q
}

// probing reports whether a request to the endpoint may have to wait for others.
func (g *rateGate) probing(q *endpointQueue) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return q.probing
}

// admit returns when a request may be sent. The request then counts as in
// flight.
func (g *rateGate) admit(ctx context.Context, q *endpointQueue) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%w: %w", errNotSent, err)
	}
	const format = "%w while waiting for the rate limit: %w"
	select {
	case q.next <- struct{}{}:
		defer func() { <-q.next }()
	case <-ctx.Done():
		return fmt.Errorf(format, errNotSent, ctx.Err())
	}
	for {
		wait := g.tryAdmit(q)
		if wait == 0 {
			return nil
		}
		select {
		case <-q.changed:
		case <-time.After(wait):
		case <-ctx.Done():
			return fmt.Errorf(format, errNotSent, ctx.Err())
		}
	}
}

// tryAdmit counts a request as in flight and returns 0, or returns how long to
// wait before the next try unless a response changes that.
func (g *rateGate) tryAdmit(q *endpointQueue) (wait time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	allowed, until := q.limit, q.lastSent.Add(maxHold)
	if q.probing {
		allowed = 1
	}
	if g.windowOpen(q, now) {
		allowed, until = q.remaining, g.windowEnd(q)
	}
	if q.inFlight >= allowed && until.After(now) {
		return until.Sub(now)
	}
	q.inFlight++
	q.lastSent = now
	return 0
}

// windowEnd returns the local time when the queue's window is surely over.
func (g *rateGate) windowEnd(q *endpointQueue) time.Time {
	return g.clock.toLocal(q.reset).Add(q.jitter)
}

// windowOpen reports whether the queue's window is open. A window that seems to
// end too far in the future is ignored: it was reported while a clock was wrong.
func (g *rateGate) windowOpen(q *endpointQueue, now time.Time) bool {
	left := g.windowEnd(q).Sub(now)
	return 0 < left && left < 2*maxLimitWait
}

// send sends a request that was admitted, and reports whether it must be
// admitted and sent again.
func (g *rateGate) send(req *http.Request, q *endpointQueue) (resp *http.Response, resend bool, err error) {
	sent := time.Now()
	// Deferred so that the request does not stay in flight after a panic.
	defer func() { resend = g.record(q, sent, resp, err) }()
	resp, err = g.transport.RoundTrip(req)
	return resp, false, err
}

// record updates the queue with the outcome of a request that was in flight. It
// reports whether the request was rejected and there is a reset to wait for.
func (g *rateGate) record(q *endpointQueue, sent time.Time, resp *http.Response, err error) (resend bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	defer func() {
		select {
		case q.changed <- struct{}{}:
		default: // The next request has not seen the previous notification yet.
		}
	}()
	q.inFlight--
	if neverSent(err) {
		return false
	}
	now := time.Now()
	var reported rateLimit
	status := 0 // No response.
	if resp != nil {
		reported, status = readRateLimit(resp, &g.clock, sent, now), resp.StatusCode
	}
	if reported.limit > 0 {
		q.limit = reported.limit
	}
	switch open := g.windowOpen(q, now); {
	case reported.window && (reported.reset.Equal(q.reset) || open && reported.near(q.reset)):
		// Responses may arrive out of order. The lowest number is the latest. Of two
		// resets, the later one is safe.
		q.remaining = min(q.remaining, reported.remaining)
		if reported.reset.After(q.reset) {
			q.reset = reported.reset
		}
	case reported.window && (reported.reset.After(q.reset) || !open):
		q.remaining, q.reset = reported.remaining, reported.reset
		q.jitter = resetMargin + rand.N(resetSpread)
		q.probing = reported.limit < 1
	case open && reported.reset.IsZero():
		q.remaining-- // Nothing was reported: assume that the request was counted.
	case open:
		// The response is about an earlier window.
	case 0 < status && status < 500:
		q.probing = false // The endpoint reports no usable limit.
	case q.limit != unlimited:
		// No response, or one from a gateway, says nothing about the next window.
		q.probing = true
	}
	if status != http.StatusTooManyRequests {
		return false
	}
	q.probing = true
	return reported.window
}

// rewind returns a copy of req whose body is at the start.
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
