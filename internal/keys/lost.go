package keys

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// LostResponse is the error of a create whose response was lost. SendGrid may
// have created a key whose secret nobody has. The error holds what the search
// for that key found.
type LostResponse struct {
	// Cause is the error of the request.
	Cause *sendgrid.Error
	// At is when the response was lost.
	At time.Time
	// Found holds the sorted ids of new keys with the requested name. Unless
	// nobody else uses that name, they may belong to somebody else.
	Found []string
	// Repeated reports that the lost request was a repetition of another one.
	Repeated bool
	// Lookup is the error that ended the search early, nil if it was completed.
	Lookup error
}

func (e *LostResponse) Error() string { return e.Cause.Error() }
func (e *LostResponse) Unwrap() error { return e.Cause }

// MayFollow reports whether a key can still appear although the search found
// none: SendGrid may still be working on the request, or may have created the
// key before the response broke.
func (e *LostResponse) MayFollow() bool {
	return e.Cause.Ambiguous() && !repeatable(e.Cause) && e.Cause.Kind != sendgrid.KindServerError
}

// repeatable reports whether a create that left no key behind can be
// repeated. After a broken connection or a gateway error it can: SendGrid has
// finished with the request. After a timeout SendGrid may still be working on
// it, and a 500 in SendGrid's own JSON is how it rejects a scope.
func repeatable(failure *sendgrid.Error) bool {
	switch failure.Status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	case 0:
		return !errors.Is(failure, context.DeadlineExceeded)
	default:
		return false
	}
}

// UnlistedError is the error of a create that was not attempted because the
// existing keys could not be listed.
type UnlistedError struct{ Err error }

func (e *UnlistedError) Error() string { return e.Err.Error() }
func (e *UnlistedError) Unwrap() error { return e.Err }
