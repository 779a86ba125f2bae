package keys

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

// A failure reaches the callers that waited for it, and nobody after them.
func TestOnceAsksAgainAfterFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var question once[string]
		asked := 0
		failure := errors.New("503")
		release := make(chan struct{})
		ask := func() (string, error) {
			asked++
			<-release
			if asked == 1 {
				return "", failure
			}
			return "list", nil
		}
		errs := make(chan error)
		for range 3 {
			go func() {
				_, err := question.get(t.Context(), ask)
				errs <- err
			}()
		}
		synctest.Wait()
		close(release)
		for range 3 {
			if err := <-errs; !errors.Is(err, failure) {
				t.Errorf("a waiting caller got %v", err)
			}
		}
		for range 2 {
			if got, err := question.get(t.Context(), ask); got != "list" || err != nil {
				t.Errorf("a later caller got %q, %v", got, err)
			}
		}
		if asked != 2 {
			t.Errorf("asked %d times, want 2", asked)
		}
	})
}

// A caller does not wait longer than its own context allows.
func TestOnceWaitsForContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var question once[string]
		release := make(chan struct{})
		go func() {
			_, _ = question.get(t.Context(), func() (string, error) { <-release; return "", nil })
		}()
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := question.get(ctx, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		close(release)
	})
}
