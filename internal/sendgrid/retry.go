package sendgrid

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// checkRetry takes down what an attempt came to and decides whether to repeat
// it. It never returns an error, so that the outcome is the one that was taken
// down.
func checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	call := callFrom(ctx)
	call.outcome = call.judge(resp, err)
	return call.repeatable() && ctx.Err() == nil, nil
}

// repeatable reports whether the call failed in a way that another attempt may
// mend without doing harm.
func (c *call) repeatable() bool {
	if c.outcome == nil {
		return false
	}
	switch c.outcome.Kind {
	case KindRateLimited:
		return true
	case KindNoResponse:
		return passing(c.outcome.Err) && (idempotent(c.method) || neverSent(c.outcome.Err))
	case KindMalformed:
		return idempotent(c.method)
	case KindServerError:
		// To a PUT, which sets scopes, a 500 in JSON is SendGrid's way to refuse one.
		refusal := c.method == http.MethodPut && c.outcome.Status == http.StatusInternalServerError
		return idempotent(c.method) && !refusal
	default:
		return false
	}
}

// passing reports whether a transport error may be gone the next time, which
// that of an untrusted certificate is not. Most of the list is retryablehttp's.
func passing(err error) bool {
	if untrusted := (*tls.CertificateVerificationError)(nil); errors.As(err, &untrusted) {
		return false
	}
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		err = wrapped
	}
	retry, _ := retryablehttp.DefaultRetryPolicy(context.Background(), nil, err)
	return retry
}

// backoff doubles from min to max. Half of it is random, so that ten workers
// that fail together do not come back together.
func backoff(minWait, maxWait time.Duration, attempt int, _ *http.Response) time.Duration {
	d := retryablehttp.DefaultBackoff(minWait, maxWait, attempt, nil)
	return d/2 + rand.N(d/2+1)
}
