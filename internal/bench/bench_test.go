// Package bench measures what users wait for: a real CLI and a provider process
// that manage API keys on an emulator of SendGrid, as far away as the real one. Run
// it with "make bench".
package bench

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/mirror"
)

// BenchmarkKeys measures the operations on as many keys as accounts have, and how
// much memory 500 keys need.
func BenchmarkKeys(b *testing.B) {
	ours, idle := provider(b), build(b, "../cmd/standin")
	for _, n := range []int{1, 10, 60, 100, 500} {
		measured := operations()
		if n == 500 {
			measured = []operation{create(), emptyPlan()}
		}
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			a, reference := newAccount(b, ours, n), newReference(b, idle, n)
			for _, o := range measured {
				b.Run(o.name, func(b *testing.B) {
					shortest := bound(b, reference, o)
					a.measure(b, o, func() {})
					b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/shortest.Seconds(), "x-bound")
				})
			}
		})
	}
}

// BenchmarkRateLimit measures create under the rate limits that users report.
func BenchmarkRateLimit(b *testing.B) {
	ours := provider(b)
	for _, limit := range []struct {
		keys, requests int
		window         time.Duration
	}{
		{keys: 12, requests: 3, window: 2 * time.Second},
		{keys: 6, requests: 1, window: 3 * time.Second},
	} {
		b.Run(fmt.Sprintf("%d-per-%v", limit.requests, limit.window), func(b *testing.B) {
			a := newAccount(b, ours, limit.keys, emulator.RateLimit{
				Method: http.MethodPost, Path: "/v3/api_keys", Requests: limit.requests, Window: limit.window,
			})
			a.measure(b, create(), func() {
				// Each run begins with a window, so that it takes the same number of them.
				time.Sleep(limit.window - time.Since(time.Now().Truncate(limit.window)))
			})
		})
	}
}

// provider returns the binary that BENCH_PROVIDER names, or else builds the
// provider of the working tree.
func provider(b *testing.B) string {
	b.Helper()
	if binary := os.Getenv("BENCH_PROVIDER"); binary != "" {
		return binary
	}
	return build(b, "../..")
}

func build(b *testing.B, source string) string {
	b.Helper()
	binary, err := mirror.Build(b.Context(), source, b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	return binary
}

// account is a workspace, and the SendGrid account that it manages.
type account struct {
	*workspace
	sendgrid *emulator.Server
	// connections and peak are the most of any provider process.
	connections int64
	peak        float64
}

// newAccount returns an account without keys, and a workspace for n.
func newAccount(b *testing.B, provider string, n int, limits ...emulator.RateLimit) *account {
	b.Helper()
	dir := b.TempDir()
	server, network, env := startSendGrid(b, limits...)
	a := &account{workspace: newWorkspace(b, dir, provider, n, env...), sendgrid: server}
	a.each = func(command func()) {
		before, stop := network.opened.Load(), watchMemory(dir)
		command()
		a.peak = max(a.peak, stop())
		// One provider process of a command talks to SendGrid.
		a.connections = max(a.connections, network.opened.Load()-before)
	}
	return a
}

// measure measures an operation. It calls ready before each run.
func (a *account) measure(b *testing.B, o operation, ready func()) {
	b.Helper()
	var requests, rejected, connections, peak float64
	for b.Loop() {
		b.StopTimer()
		a.prepare(b, o)
		a.connections, a.peak = 0, 0
		a.sendgrid.TakeRequests()
		ready()
		b.StartTimer()
		a.do(b, o)
		b.StopTimer()
		for _, r := range a.sendgrid.TakeRequests() {
			requests++
			if r.Status == http.StatusTooManyRequests {
				rejected++
			}
		}
		connections, peak = max(connections, float64(a.connections)), max(peak, a.peak)
		if left := len(a.sendgrid.Keys(emulator.Parent)); (left == a.n) != o.after {
			b.Errorf("%d keys are left after %s", left, o.name)
		}
		b.StartTimer()
	}
	b.ReportMetric(requests/float64(b.N), "requests")
	b.ReportMetric(rejected/float64(b.N), "rejected")
	b.ReportMetric(connections, "connections")
	b.ReportMetric(peak, "peak-MiB")
}
