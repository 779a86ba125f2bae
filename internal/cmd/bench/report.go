package main

import (
	"fmt"
	"runtime"
	"strings"
	"time"
)

// machine says in general words what the benchmark ran on.
func (r results) machine() string {
	return fmt.Sprintf("%d cores, %s/%s, %s, %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, r.cli, runtime.Version())
}

// markdown is the report.
func (r results) markdown() string {
	var b strings.Builder
	b.WriteString(introduction)
	section := func(title, text string, t *table) {
		if len(t.rows) > 1 {
			fmt.Fprintf(&b, "\n## %s\n\n%s\n%s", title, text, t)
		}
	}
	section("What it must reach", fmt.Sprintf("Measured on %s.\n", r.machine()), r.mustTable())
	section("Life of the keys", aboutLife, r.lifeTable())
	section("Under a rate limit", aboutLimits, r.limitedTable())
	section("Start", aboutStart, r.restTable())
	section("Hot paths", aboutHot, r.hotTable())
	return b.String()
}

func (r results) mustTable() *table {
	t := newTable("what", "must", "measured", "")
	for _, m := range r.musts() {
		t.add(m.what, m.bound, m.measured, verdict(m.reached))
	}
	return t
}

func (r results) lifeTable() *table {
	t := newTable("operation", "keys", "wall", "bound", "ratio", "requests", "surplus", "429", "connections", "memory", "CPU")
	for _, m := range append(r.life, r.parallel...) {
		t.add(m.operation, fmt.Sprint(m.keys), seconds(m.wall), seconds(m.bound), fmt.Sprintf("%.2f", m.ratio()),
			requests(m.requests), fmt.Sprint(m.surplus), fmt.Sprint(m.rejected), fmt.Sprint(m.connections),
			mebibytes(m.provider.peak), seconds(m.provider.cpu))
	}
	return t
}

func (r results) limitedTable() *table {
	t := newTable("operation", "keys", "made", "wall", "bound", "ratio", "requests", "surplus", "429", "connections", "memory")
	for _, l := range r.limited {
		t.add(l.operation, fmt.Sprint(l.keys), fmt.Sprint(l.made), seconds(l.wall), seconds(l.bound), fmt.Sprintf("%.2f", l.ratio()),
			requests(l.requests), fmt.Sprint(l.surplus), fmt.Sprint(l.rejected), fmt.Sprint(l.connections), mebibytes(l.provider.peak))
	}
	return t
}

func (r results) restTable() *table {
	t := newTable("", "provider", "scaffold", "ratio")
	if r.scaffold.start == 0 {
		return t
	}
	row := func(what, provider, scaffold string, ratio float64) {
		t.add(what, provider, scaffold, fmt.Sprintf("%.2f", ratio))
	}
	p, s := r.provider, r.scaffold
	row("start to schema", milliseconds(p.start), milliseconds(s.start), over(p.start, s.start))
	row("peak memory at rest", mebibytes(p.memory), mebibytes(s.memory), over(p.memory, s.memory))
	row("size of the binary", mebibytes(p.size), mebibytes(s.size), over(p.size, s.size))
	return t
}

func (r results) hotTable() *table {
	t := newTable("benchmark", "ns", "bytes", "allocations")
	for _, h := range r.hot {
		t.add(h.name, h.nanoseconds, h.bytes, h.allocations)
	}
	return t
}

func verdict(reached bool) string {
	if reached {
		return "pass"
	}
	return "FAIL"
}

// requests lists the kinds of requests that there were.
func requests(counts map[kind]int) string {
	var listed []string
	for _, k := range kinds() {
		if counts[k] > 0 {
			listed = append(listed, fmt.Sprintf("%d %s", counts[k], k))
		}
	}
	return strings.Join(listed, ", ")
}

func seconds(d time.Duration) string {
	return fmt.Sprintf("%.2f s", d.Seconds())
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", d.Seconds()*1000)
}

// mebibytes returns "-" for what could not be told.
func mebibytes(n int64) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}
