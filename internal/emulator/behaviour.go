package emulator

import (
	"net/http"
	"time"
)

// Behaviour is how a fault treats a request. The functions of this file with
// that signature, or that return one, are the ways in which SendGrid and what
// lies before it have been seen to fail; any other function will do.
type Behaviour func(*Exchange)

// Respond answers without letting the request take effect.
func Respond(status int, header http.Header, contentType, body string) Behaviour {
	a := answer(status, contentType, body)
	for name, values := range header {
		a.Header[http.CanonicalHeaderKey(name)] = values
	}
	return func(x *Exchange) { x.Send(a) }
}

// HTMLPage answers with the gateway's page for the status and without effect:
// nginx's for 502, SendGrid's own of 6 kB for 504.
func HTMLPage(status int) Behaviour {
	return func(x *Exchange) { x.Send(page(status)) }
}

// JSONError answers with an error of SendGrid's and without effect. An empty
// field is null.
func JSONError(status int, field, message string) Behaviour {
	return func(x *Exchange) { x.Send(failure(status, field, message)) }
}

// TooManyRequests answers 429, with the time of the reset in its header and
// without effect.
func TooManyRequests(reset time.Time) Behaviour {
	a := tooManyRequests()
	setLimit(a.Header, 1, 0, reset)
	return func(x *Exchange) { x.Send(a) }
}

// After lets the request take effect and then treats it as do: After(Hang),
// After(HTMLPage(502)).
func After(do Behaviour) Behaviour {
	return func(x *Exchange) {
		x.Apply()
		do(x)
	}
}

// Late answers with a gateway's timeout at once and lets the request take
// effect after d.
func Late(d time.Duration) Behaviour {
	return func(x *Exchange) {
		x.ApplyAfter(d)
		x.Send(page(http.StatusGatewayTimeout))
	}
}

// Slow lets the request take effect and answers well after d.
func Slow(d time.Duration) Behaviour {
	return func(x *Exchange) {
		a := x.Apply()
		if x.Pause(d) {
			x.Send(a)
		}
	}
}

// ReplaceBody lets the request take effect and answers with the right status
// and another body.
func ReplaceBody(body string) Behaviour {
	return func(x *Exchange) {
		a := x.Apply()
		a.Body = body
		x.Send(a)
	}
}

// EmptyBody lets the request take effect and answers with the right status and
// nothing else.
func EmptyBody(x *Exchange) { ReplaceBody("")(x) }

// CutBody lets the request take effect and breaks off in the middle of the
// answer.
func CutBody(x *Exchange) { x.Cut(x.Apply()) }

// ResetBefore breaks the connection before the request takes effect.
func ResetBefore(x *Exchange) { x.Reset() }

// ResetAfter breaks the connection once the request has taken effect.
func ResetAfter(x *Exchange) { After(ResetBefore)(x) }

// Hang never answers, and the request takes no effect.
func Hang(x *Exchange) { <-x.Context().Done() }

// HangAfter lets the request take effect and never answers.
func HangAfter(x *Exchange) { After(Hang)(x) }
