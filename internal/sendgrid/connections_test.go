package sendgrid_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// respondTogether delays every response until n requests have arrived.
func respondTogether(n int) emulator.Behavior {
	var arrived sync.WaitGroup
	arrived.Add(n)
	return func(x *emulator.Exchange) {
		arrived.Done()
		arrived.Wait()
		x.Send(x.Apply())
	}
}

// TestConnectionsAreReused runs workers that send their requests at the same
// time, thirty times in a row. Connections are opened the first time only.
func TestConnectionsAreReused(t *testing.T) {
	t.Parallel()
	for _, workers := range []int{1, 10, 32} {
		t.Run(fmt.Sprintf("%d workers", workers), func(t *testing.T) {
			t.Parallel()
			s := start(t, emulator.Config{})
			c := connect(t, options(s.URL()))
			k := s.AddKey(emulator.Parent, "k", []string{"mail.send"})
			for range 30 {
				s.Inject(emulator.Fault{Times: workers, Do: respondTogether(workers)})
				var wg sync.WaitGroup
				for range workers {
					wg.Go(func() {
						if err := read(t.Context(), c, k.ID); err != nil {
							t.Error(err)
						}
					})
				}
				wg.Wait()
			}
			if got := s.Connections(); got != workers {
				t.Errorf("%d connections for %d requests", got, len(s.Requests()))
			}
		})
	}
}

// TestConnectionsAreReusedAfterFailures covers responses with all kinds of bodies.
func TestConnectionsAreReusedAfterFailures(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	c := connect(t, options(s.URL()))
	k := s.AddKey(emulator.Parent, "k", []string{"mail.send"})
	for _, fault := range []emulator.Behavior{
		emulator.JSONError(400, "", "no"),
		emulator.HTMLPage(504),
		emulator.JSONError(503, "", "unavailable"),
		emulator.EmptyBody,
	} {
		s.Inject(emulator.Fault{Do: fault})
		for _, do := range []operation{read, update, rename} {
			_ = do(t.Context(), c, k.ID)
		}
	}
	noError(t, remove(t.Context(), c, k.ID))
	noError(t, create(t.Context(), c, id))
	if got := s.Connections(); got != 1 {
		t.Errorf("%d connections for %d requests", got, len(s.Requests()))
	}
}
