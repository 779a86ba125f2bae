package emulator

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// Exchange is a request that a [Behavior] handles. Its effect on the account
// (Apply) and what the client receives (Send) are independent. The connection
// is closed unless a complete response is sent.
type Exchange struct {
	w       http.ResponseWriter
	r       *http.Request
	conn    net.Conn
	api     http.Handler
	closed  context.Context // Ends with the server.
	latency time.Duration
	// onResponse is Config.OnResponse.
	onResponse func(*http.Request, Response)

	journal *journal
	logged  *Request
	// complete reports whether a complete response was sent.
	complete bool
}

// Context ends when the client disconnects or the server is closed.
func (x *Exchange) Context() context.Context { return x.r.Context() }

// Request returns the request as Server.Requests does.
func (x *Exchange) Request() Request { return x.journal.snapshot(x.logged) }

// Apply lets the request take effect and returns SendGrid's response to it.
func (x *Exchange) Apply() Response {
	return x.report(record(x.api, x.request()))
}

// report calls Config.OnResponse with a response of the emulator's own, and
// returns that response.
func (x *Exchange) report(resp Response) Response {
	x.onResponse(x.request(), resp)
	return resp
}

// request returns the request with its body, for another reader.
func (x *Exchange) request() *http.Request {
	r := x.r.Clone(x.closed)
	r.Body = io.NopCloser(strings.NewReader(x.logged.Body))
	return r
}

// ApplyAfter returns at once, and lets the request take effect after d, unless
// the server is closed before.
func (x *Exchange) ApplyAfter(d time.Duration) {
	timer := time.AfterFunc(d, func() {
		if x.closed.Err() == nil {
			x.Apply()
		}
	})
	context.AfterFunc(x.closed, func() { timer.Stop() })
}

// Pause waits for d, and reports whether the client still waits after that.
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

// Send sends the response, after Config.Latency.
func (x *Exchange) Send(resp Response) {
	x.complete = x.write(x.w, resp)
}

// Cut sends the headers of the response and half of its body.
func (x *Exchange) Cut(resp Response) {
	x.write(halfWriter{x.w}, resp)
}

// halfWriter writes the first half of every body.
type halfWriter struct{ http.ResponseWriter }

func (w halfWriter) Write(b []byte) (int, error) { return w.ResponseWriter.Write(b[:len(b)/2]) }

// write reports whether the client still waited for the response. The status is
// recorded before the client can see it, and the client can see it before write
// returns.
func (x *Exchange) write(w http.ResponseWriter, resp Response) bool {
	if x.latency > 0 && !x.Pause(x.latency) {
		return false
	}
	x.journal.setStatus(x.logged, resp.Status)
	resp.ServeHTTP(w, x.r)
	_ = http.NewResponseController(x.w).Flush()
	return true
}

// Reset breaks the connection with a TCP reset.
func (x *Exchange) Reset() {
	_, _, err := http.NewResponseController(x.w).Hijack()
	if err != nil {
		return // The connection is already broken.
	}
	conn := x.conn
	if secure, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = secure.NetConn() // Closing this one sends no TLS close_notify.
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // Close sends RST instead of FIN.
	}
	_ = conn.Close()
}
