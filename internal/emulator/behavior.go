package emulator

import (
	"net/http"
	"time"
)

// Behavior handles a request that a Fault has matched. The functions in this
// file that have this signature or return one reproduce how SendGrid, and the
// network in front of it, have been seen to fail. Any other function works too.
type Behavior func(*Exchange)

// Respond sends a response; the request takes no effect.
func Respond(status int, header http.Header, contentType, body string) Behavior {
	resp := newResponse(status, contentType, body)
	for name, values := range header {
		resp.Header[http.CanonicalHeaderKey(name)] = values
	}
	return func(x *Exchange) { x.Send(resp) }
}

// HTMLPage sends the gateway's page for the status; the request takes no effect.
// The page for 504 is SendGrid's own, of 6 kB, and any other one is nginx's.
func HTMLPage(status int) Behavior {
	return func(x *Exchange) { x.Send(page(status)) }
}

// JSONError sends an error of SendGrid's API; the request takes no effect. An
// empty field is null.
func JSONError(status int, field, message string) Behavior {
	return func(x *Exchange) { x.Send(errorResponse(status, field, message)) }
}

// TooManyRequests sends SendGrid's 429 with the time of the reset in its header;
// the request takes no effect.
func TooManyRequests(reset time.Time) Behavior {
	resp := tooManyRequests()
	setRateLimit(resp.Header, 1, 0, reset, time.Unix(0, 0))
	return func(x *Exchange) { x.Send(resp) }
}

// After lets the request take effect and then calls do, as in After(Hang) or
// After(HTMLPage(502)).
func After(do Behavior) Behavior {
	return func(x *Exchange) {
		x.Apply()
		do(x)
	}
}

// Late sends a gateway timeout at once and lets the request take effect after d.
func Late(d time.Duration) Behavior {
	return func(x *Exchange) {
		x.ApplyAfter(d)
		x.Send(page(http.StatusGatewayTimeout))
	}
}

// Slow lets the request take effect and sends the response after d.
func Slow(d time.Duration) Behavior {
	return func(x *Exchange) {
		resp := x.Apply()
		if x.Pause(d) {
			x.Send(resp)
		}
	}
}

// ReplaceBody lets the request take effect and sends the response with another
// body.
func ReplaceBody(body string) Behavior {
	return func(x *Exchange) {
		resp := x.Apply()
		resp.Body = body
		x.Send(resp)
	}
}

// EmptyBody lets the request take effect and sends the response without its body.
func EmptyBody(x *Exchange) { ReplaceBody("")(x) }

// CutBody lets the request take effect and closes the connection in the middle
// of the response's body.
func CutBody(x *Exchange) { x.Cut(x.Apply()) }

// ResetBefore resets the connection before the request takes effect.
func ResetBefore(x *Exchange) { x.Reset() }

// ResetAfter resets the connection after the request has taken effect.
func ResetAfter(x *Exchange) { After(ResetBefore)(x) }

// Hang never responds, and the request takes no effect.
func Hang(x *Exchange) { <-x.Context().Done() }

// HangAfter lets the request take effect and never responds.
func HangAfter(x *Exchange) { After(Hang)(x) }
