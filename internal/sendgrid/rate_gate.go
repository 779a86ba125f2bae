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
	// maxLimitWait is the longest wait for a rate limit that is worth it. The
	// windows on record are seconds to a minute long; what is beyond this is a
	// quota, and the user's business.
	maxLimitWait = 2 * time.Minute

	// After a reset the gate opens resetMargin late, as clocks run unevenly, and
	// up to resetSpread later still, so that processes which share a limit do
	// not all come at the same moment.
	resetMargin = 25 * time.Millisecond
	resetSpread = 250 * time.Millisecond

	// patience is how long others are held up by a request that might tell how
	// many of them may follow. Answers take a fraction of a second.
	patience = 5 * time.Second

	// unlimited is the limit of an endpoint that never told one.
	unlimited = math.MaxInt
)

// rateGate holds requests back that SendGrid's rate limits would reject, and
// sends again those that were rejected all the same. A 429 has no effect, so
// that this holds for every method.
//
// SendGrid counts the requests to an endpoint in windows of time, and says with
// nearly every answer how things stood when it gave that answer. The gate has no
// pace of its own:
//
//   - While the window that was last told of lasts, no more requests are under
//     way than it has room for. Some of them it has counted already: better to
//     count those twice, until they are answered, than not at all.
//   - Into a window that no answer has told of yet go as many as a window takes,
//     what is under way included. Into the very first, and after a surprise
//     (someone else uses up the limit), goes one alone, and its answer tells.
//   - Where answers tell no limit, nobody waits.
//   - Who came first goes first. Nothing is locked while a request is under way,
//     and no wait is endless: windows end, and so does patience.
type rateGate struct {
	next http.RoundTripper

	mu    sync.Mutex // Guards all below, and is never held for long.
	clock serverClock
	lanes map[string]*lane
}

// lane is the way to one endpoint.
type lane struct {
	// head holds the one request that is next. The others wait to put themselves
	// there, and channels serve them in order.
	head chan struct{}
	// changed tells the head that a request has come back.
	changed chan struct{}

	underWay int
	lastSent time.Time

	// limit is how many requests a window takes.
	limit int
	// alone has a request go alone where no window is known.
	alone bool
	// The window that was last told of takes so many more requests before reset,
	// a time by SendGrid's clock. The next one is tried late after that.
	remaining int
	reset     time.Time
	late      time.Duration
}

func newRateGate(next http.RoundTripper) *rateGate {
	return &rateGate{next: next, lanes: make(map[string]*lane)}
}

// lane returns the one for r: limits are by method and route, for all keys.
func (g *rateGate) lane(r request) *lane {
	endpoint := r.method + " " + r.path[0]
	if len(r.path) > 1 {
		endpoint += "/{id}"
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	l, ok := g.lanes[endpoint]
	if !ok {
		l = &lane{head: make(chan struct{}, 1), changed: make(chan struct{}, 1), limit: unlimited, alone: true}
		g.lanes[endpoint] = l
	}
	return l
}

func (g *rateGate) RoundTrip(req *http.Request) (*http.Response, error) {
	l := g.lane(callFrom(req.Context()).request)
	for {
		if err := g.enter(req.Context(), l); err != nil {
			return nil, err
		}
		resp, again, err := g.send(req, l)
		if !again {
			return resp, err
		}
		if req, err = rewind(req); err != nil {
			return nil, err
		}
	}
}

// enter returns once a request may be sent, which then counts as under way.
func (g *rateGate) enter(ctx context.Context, l *lane) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%w: %w", errNotSent, err)
	}
	const format = "%w while waiting for the rate limit: %w"
	select {
	case l.head <- struct{}{}:
		defer func() { <-l.head }()
	case <-ctx.Done():
		return fmt.Errorf(format, errNotSent, ctx.Err())
	}
	for {
		wait := g.admit(l)
		if wait == 0 {
			return nil
		}
		select {
		case <-l.changed:
		case <-time.After(wait):
		case <-ctx.Done():
			return fmt.Errorf(format, errNotSent, ctx.Err())
		}
	}
}

// admit counts a request as under way and returns 0, or it returns how long to
// wait unless something changes.
func (g *rateGate) admit(l *lane) (wait time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	room, until := l.limit, l.lastSent.Add(patience)
	if l.alone {
		room = 1
	}
	if g.lasts(l, now) {
		room, until = l.remaining, g.end(l)
	}
	if l.underWay >= room && until.After(now) {
		return until.Sub(now)
	}
	l.underWay++
	l.lastSent = now
	return 0
}

// end returns when to count on the lane's window being over.
func (g *rateGate) end(l *lane) time.Time {
	return g.clock.here(l.reset).Add(l.late)
}

// lasts reports whether the lane's window does. What is told of goes by a clock
// that may turn out to be wrong: a window too far off is none.
func (g *rateGate) lasts(l *lane, now time.Time) bool {
	left := g.end(l).Sub(now)
	return 0 < left && left < 2*maxLimitWait
}

// send sends a request that has entered, and reports whether it has to enter
// and be sent again.
func (g *rateGate) send(req *http.Request, l *lane) (resp *http.Response, again bool, err error) {
	sent := time.Now()
	// Deferred, as a panic must not leave the request under way.
	defer func() { again = g.learn(l, sent, resp, err) }()
	resp, err = g.next.RoundTrip(req)
	return resp, false, err
}

// learn takes down how a request that was under way came back, and reports
// whether its answer is a 429 that says how long to wait.
func (g *rateGate) learn(l *lane, sent time.Time, resp *http.Response, err error) (again bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	defer func() {
		select {
		case l.changed <- struct{}{}:
		default: // The head has not seen the last change yet.
		}
	}()
	l.underWay--
	if neverSent(err) {
		return false
	}
	now := time.Now()
	var told rates
	status := 0 // No answer.
	if resp != nil {
		told, status = g.clock.read(resp, sent, now), resp.StatusCode
	}
	if told.limit > 0 {
		l.limit = told.limit
	}
	switch lasts := g.lasts(l, now); {
	case told.window && told.reset.Equal(l.reset):
		// Answers overtake one another: the least was the last.
		l.remaining = min(l.remaining, told.remaining)
	case told.window && (told.reset.After(l.reset) || !lasts):
		l.remaining, l.reset = told.remaining, told.reset
		l.late = resetMargin + rand.N(resetSpread)
		l.alone = told.limit < 1
	case lasts && told.reset.IsZero():
		l.remaining-- // Counted, for all we know.
	case lasts: // It tells of a window that is over.
	case 0 < status && status < 500: // A gateway's 5xx tells as little as no answer.
		l.alone = false
	case l.limit != unlimited:
		l.alone = true
	}
	if status != http.StatusTooManyRequests {
		return false
	}
	l.alone = true
	return told.window
}
