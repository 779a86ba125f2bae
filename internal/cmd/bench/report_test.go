package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTable(t *testing.T) {
	t.Parallel()
	table := newTable("what", "")
	table.add("a µ", "long")
	want := "| what |      |\n" +
		"|------|------|\n" +
		"| a µ  | long |\n"
	if diff := cmp.Diff(want, table.String()); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

// Only what was measured is in the report.
func TestMarkdown(t *testing.T) {
	t.Parallel()
	r := results{life: []measurement{{operation: "create", part: "create", keys: 10, wall: time.Second, bound: time.Second}}}
	report := r.markdown()
	if !strings.Contains(report, "## Life of the keys\n") || strings.Contains(report, "## Start") {
		t.Errorf("the sections are wrong:\n%s", report)
	}
	if empty := (results{}).markdown(); strings.Contains(empty, "\n## ") {
		t.Errorf("a report of nothing has sections:\n%s", empty)
	}
}

func TestMusts(t *testing.T) {
	t.Parallel()
	sized := func(keys int, wall, cpu time.Duration, peak int64) measurement {
		return measurement{
			part: "create", keys: keys, workers: 10, connections: 10,
			wall: wall, bound: 10 * time.Second, provider: usage{peak: peak, cpu: cpu},
		}
	}
	r := results{
		// A further key takes 10 ms first, and then 12.
		life: []measurement{
			sized(10, time.Second, 100*time.Millisecond, 100),
			sized(110, 11*time.Second, 1100*time.Millisecond, 120),
			sized(210, 12*time.Second, 2300*time.Millisecond, 140),
		},
		parallel: []measurement{{keys: 100, workers: 30, connections: 12, wall: 1, bound: 1}},
		limited:  []limited{{measurement: measurement{operation: "slow", keys: 20, rejected: 1, wall: 1, bound: 1}, limit: limitCase{ratio: 1.1}, made: 20}},
	}
	type line struct {
		what, measured string
		reached        bool
	}
	var got []line
	for _, m := range r.musts() {
		got = append(got, line{m.what, m.measured, m.reached})
	}
	want := []line{
		{"requests beyond one a key, one list, and one of scopes a process", "0", true},
		{"connections of a process, 10 keys at a time", "10", true},
		{"110 keys created, wall over bound", "1.10", true},
		{"210 keys created, wall over bound", "1.20", false},
		{"connections of a process, 30 keys at a time", "12", false},
		{"100 keys created 30 at a time, wall over bound", "1.00", true},
		{"slow: keys made", "20", true},
		{"slow: requests rejected", "1", false},
		{"slow: wall over bound", "1.00", true},
		{"processor time for a further key, from 110 to 210 over from 10 to 110", "1.20", true},
		{"peak memory, 210 keys over 10", "1.40", false},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(line{})); diff != "" {
		t.Errorf("musts (-want +got):\n%s", diff)
	}
}
