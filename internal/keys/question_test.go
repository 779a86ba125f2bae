package keys

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// A failure reaches the callers that waited for it, and nobody after them.
func TestQuestionAsksAgainAfterFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var q question[string]
		asked := 0
		failure := errors.New("503")
		release := make(chan struct{})
		ask := func(context.Context) (string, error) {
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
				_, err := q.get(t.Context(), ask)
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
			if got, err := q.get(t.Context(), ask); got != "list" || err != nil {
				t.Errorf("a later caller got %q, %v", got, err)
			}
		}
		if asked != 2 {
			t.Errorf("asked %d times, want 2", asked)
		}
	})
}

// A caller does not wait longer than its own context allows.
func TestQuestionWaitsForContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var q question[string]
		release := make(chan struct{})
		go func() {
			_, _ = q.get(t.Context(), func(context.Context) (string, error) { <-release; return "", nil })
		}()
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := q.get(ctx, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		close(release)
	})
}

// A brief attempt is made once. A patient caller that waited for it asks again, and
// what that caller learns serves everybody.
func TestQuestionBriefly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var q question[string]
		asked := 0
		ask := func(ctx context.Context) (string, error) {
			asked++
			if asked == 1 {
				<-ctx.Done()
				return "", ctx.Err()
			}
			return "list", nil
		}
		patient := make(chan string)
		for range 3 {
			go func() {
				if _, err := q.getBriefly(t.Context(), ask); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("a brief attempt got %v", err)
				}
			}()
		}
		synctest.Wait()
		go func() {
			got, _ := q.get(t.Context(), ask)
			patient <- got
		}()
		if got := <-patient; got != "list" {
			t.Errorf("a patient caller got %q", got)
		}
		synctest.Wait()
		if asked != 2 {
			t.Errorf("asked %d times, want 2", asked)
		}
	})
}

// A brief attempt that fails at once is made once as well, however many callers
// come at that moment.
func TestQuestionBrieflyFails(t *testing.T) {
	t.Parallel()
	var q question[string]
	var asked atomic.Int64
	ask := func(context.Context) (string, error) {
		asked.Add(1)
		return "", errors.New("503")
	}
	var callers sync.WaitGroup
	for range 1000 {
		callers.Go(func() { _, _ = q.getBriefly(t.Context(), ask) })
	}
	callers.Wait()
	if asked.Load() != 1 {
		t.Errorf("asked %d times", asked.Load())
	}
}
