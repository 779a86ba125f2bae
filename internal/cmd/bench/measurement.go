package main

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// measurement is what an operation took.
type measurement struct {
	operation string
	part      string
	keys      int
	workers   int

	begin time.Time
	wall  time.Duration
	// bound is the least that wall can be.
	bound time.Duration
	// requests are those that arrived, rejected ones included.
	requests map[kind]int
	// surplus are those among them that need not have been sent.
	surplus int
	// rejected are those among them that were answered with 429.
	rejected int
	// firstCreate is when the first request to make a key arrived.
	firstCreate time.Time
	// connections of the process that opened most of them.
	connections int
	provider    usage
}

// count takes down the requests that arrived.
func (m *measurement) count(requests []emulator.Request) {
	m.requests = map[kind]int{}
	for _, r := range requests {
		k := kindOf(r)
		m.requests[k]++
		if r.Status == http.StatusTooManyRequests {
			m.rejected++
		}
		if k == create && m.firstCreate.IsZero() {
			m.firstCreate = r.Time
		}
	}
}

// ratio is wall over bound.
func (m measurement) ratio() float64 {
	if m.bound <= 0 {
		return 0
	}
	return float64(m.wall) / float64(m.bound)
}

// check returns an error where m cannot be of the operation: a key was left out.
func (m measurement) check(o operation) error {
	for _, k := range []kind{o.plan.each, o.apply.each} {
		if k != "" && m.requests[k] < m.keys {
			return fmt.Errorf("%s of %d keys sent %d requests to %s", o.name, m.keys, m.requests[k], k)
		}
	}
	return nil
}

// surplus returns how many requests there were beyond those that are needed.
func surplus(requests, need map[kind]int) int {
	n := 0
	for k, count := range requests {
		n += max(0, count-need[k])
	}
	return n
}

// best returns the fastest of some runs of the same operation, and of everything
// that is counted the worst.
func best(runs []measurement) measurement {
	m := slices.MinFunc(runs, func(a, b measurement) int { return cmp.Compare(a.wall, b.wall) })
	m.requests = map[kind]int{}
	for _, run := range runs {
		for k, count := range run.requests {
			m.requests[k] = max(m.requests[k], count)
		}
		m.rejected = max(m.rejected, run.rejected)
		m.connections = max(m.connections, run.connections)
		m.provider.peak = max(m.provider.peak, run.provider.peak)
	}
	return m
}
