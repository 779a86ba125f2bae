package sendgrid

import (
	"context"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// checkRetry records the outcome of an attempt in its call and reports whether
// to try again. It never returns an error, which would replace the outcome.
func checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	call := callFrom(ctx)
	call.outcome = call.classify(resp, err)
	call.retryable = call.outcome != nil && worthRetrying(call.request, call.outcome)
	if call.retryable && call.outcome.Kind == KindRateLimited {
		call.retryable = !call.rejected()
	}
	return call.retryable && ctx.Err() == nil, nil
}

// worthRetrying reports whether r, which failed, may succeed if it is sent again
// and cannot have an effect twice.
func worthRetrying(r request, failure *Error) bool {
	switch failure.Kind {
	case KindRateLimited:
		return true
	case KindNoResponse:
		return transient(failure.Err) && (r.idempotent() || neverSent(failure.Err))
	case KindMalformed:
		return r.idempotent()
	case KindServerError:
		// To a PUT, which sets scopes, SendGrid responds with 500 if it rejects one.
		rejected := r.method == http.MethodPut && failure.Status == http.StatusInternalServerError
		return r.idempotent() && !rejected
	default:
		return false
	}
}

// backoff doubles the wait from minWait to maxWait. Half of it is random, so
// that workers which fail together do not retry together.
func backoff(minWait, maxWait time.Duration, attempt int, _ *http.Response) time.Duration {
	d := retryablehttp.DefaultBackoff(minWait, maxWait, attempt, nil)
	return d/2 + rand.N(d/2+1)
}
