package sendgrid_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// gather returns a behaviour that answers only once n requests are there.
func gather(n int) emulator.Behavior {
	var arrived sync.WaitGroup
	arrived.Add(n)
	return func(x *emulator.Exchange) {
		arrived.Done()
		arrived.Wait()
		x.Send(x.Apply())
	}
}

// TestConnectionsAreKept has workers whose requests are all under way at the
// same time, thirty times. The first time each opens a connection, and no dial is
// left over. From then on there is an idle one for each, if only none is closed.
func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	for _, workers := range []int{1, 10, 32} {
		t.Run(fmt.Sprintf("%d workers", workers), func(t *testing.T) {
			t.Parallel()
			s := start(t, emulator.Config{})
			c := connect(t, options(s.URL()))
			k := s.AddKey(emulator.Parent, "k", []string{"mail.send"})
			keep(t, read(t.Context(), c, k.ID)) // The first goes alone: see rateGate.
			for range 30 {
				s.Inject(emulator.Fault{Times: workers, Do: gather(workers)})
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

// TestConnectionsOutliveFailures has answers with every kind of body, each read
// to its end.
func TestConnectionsOutliveFailures(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	c := connect(t, options(s.URL()))
	k := s.AddKey(emulator.Parent, "k", []string{"mail.send"})
	for _, do := range []emulator.Behavior{
		emulator.JSONError(400, "", "no"),
		emulator.HTMLPage(504),
		emulator.JSONError(503, "", "unavailable"),
		emulator.EmptyBody,
	} {
		s.Inject(emulator.Fault{Do: do})
		for _, call := range []call{read, update, rename} {
			_ = call(t.Context(), c, k.ID)
		}
	}
	keep(t, remove(t.Context(), c, k.ID))
	keep(t, create(t.Context(), c, id))
	if got := s.Connections(); got != 1 {
		t.Errorf("%d connections for %d requests", got, len(s.Requests()))
	}
}
