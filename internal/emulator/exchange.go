package emulator

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// Exchange is one request in the hands of a Behaviour. What it does to the
// account (Apply) and what the client gets to see (Send) are two things. If
// no whole answer is sent, the connection is closed.
type Exchange struct {
	server *Server
	w      http.ResponseWriter
	r      *http.Request
	conn   net.Conn
	log    *Request
	// answered is whether the client has got a whole answer.
	answered bool
}

// Context ends when the client goes or the server is closed.
func (x *Exchange) Context() context.Context { return x.r.Context() }

// Request returns the request as it is recorded.
func (x *Exchange) Request() Request {
	x.server.mu.Lock()
	defer x.server.mu.Unlock()
	return *x.log
}

// Apply lets the request take effect and returns SendGrid's answer to it.
func (x *Exchange) Apply() Answer {
	r := x.r.Clone(x.server.ctx)
	r.Body = io.NopCloser(strings.NewReader(x.log.Body))
	x.server.mu.Lock()
	defer x.server.mu.Unlock()
	return record(x.server.api, r)
}

// ApplyAfter lets the request take effect later, unless the server is closed
// by then, and returns at once.
func (x *Exchange) ApplyAfter(d time.Duration) {
	timer := time.AfterFunc(d, func() {
		if x.server.ctx.Err() == nil {
			x.Apply()
		}
	})
	context.AfterFunc(x.server.ctx, func() { timer.Stop() })
}

// Pause waits and reports whether anyone still waits for an answer.
func (x *Exchange) Pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-x.Context().Done():
		return false
	}
}

// Send answers the request, after Config.Latency.
func (x *Exchange) Send(a Answer) {
	x.answered = x.write(x.w, a)
}

// Cut sends the head of the answer and half of its body.
func (x *Exchange) Cut(a Answer) {
	x.write(halved{x.w}, a)
}

// halved writes half of what it is given.
type halved struct{ http.ResponseWriter }

func (w halved) Write(b []byte) (int, error) { return w.ResponseWriter.Write(b[:len(b)/2]) }

// write reports whether there was still anyone to answer. The status is recorded
// before the client can see it, and the client sees it before write returns.
func (x *Exchange) write(w http.ResponseWriter, a Answer) bool {
	if d := x.server.cfg.Latency; d > 0 && !x.Pause(d) {
		return false
	}
	x.server.mu.Lock()
	x.log.Status = a.Status
	x.server.mu.Unlock()
	a.ServeHTTP(w, x.r)
	_ = http.NewResponseController(x.w).Flush()
	return true
}

// Reset breaks the connection with a TCP reset.
func (x *Exchange) Reset() {
	_, _, err := http.NewResponseController(x.w).Hijack()
	if err != nil {
		return // Broken already.
	}
	conn := x.conn
	if secure, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = secure.NetConn() // Without the polite goodbye of TLS.
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // Close sends RST instead of FIN.
	}
	_ = conn.Close()
}
