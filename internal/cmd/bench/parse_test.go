package main

import (
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseUsage(t *testing.T) {
	t.Parallel()
	status := "Name:\tterraform-provi\nVmPeak:\t 1250000 kB\nVmHWM:\t   24680 kB\nVmRSS:\t   20000 kB\n"
	if got, want := parsePeak([]byte(status)), int64(24680*1024); got != want {
		t.Errorf("the peak is %d, want %d", got, want)
	}
	// A name may hold blanks and parentheses.
	stat := "42 (a) b (c) S 1 42 42 0 -1 4194560 900 0 0 0 17 6 0 0 20 0 12 0 100 1000 200\n"
	if got, want := parseCPU([]byte(stat)), 230*time.Millisecond; got != want {
		t.Errorf("the processor time is %s, want %s", got, want)
	}
	if parsePeak(nil) != 0 || parseCPU(nil) != 0 {
		t.Error("a process that is gone has used something")
	}
}

func TestParseHandshake(t *testing.T) {
	t.Parallel()
	network, addr, err := parseHandshake("1|6|unix|/tmp/plugin123|grpc|\n")
	if network != "unix" || addr != "/tmp/plugin123" || err != nil {
		t.Errorf("got %q, %q, %v", network, addr, err)
	}
	for _, line := range []string{"", "1|5|unix|/tmp/plugin123|grpc|", "This binary is a plugin."} {
		if _, _, err := parseHandshake(line); err == nil {
			t.Errorf("no error from %q", line)
		}
	}
}

func TestParseHotPaths(t *testing.T) {
	t.Parallel()
	got := parseHotPaths(`goos: linux
BenchmarkPolicyRead/same-2    	  975397	      1112 ns/op	     384 B/op	       4 allocs/op
BenchmarkCatalogue            	     482	     99.50 ns/op	  472997 B/op	    1233 allocs/op
PASS
`)
	want := []hotPath{{"PolicyRead/same", "1112", "384", "4"}, {"Catalogue", "99.50", "472997", "1233"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(hotPath{})); diff != "" {
		t.Errorf("benchmarks (-want +got):\n%s", diff)
	}
}

func TestParseOptions(t *testing.T) {
	t.Parallel()
	o, err := parseOptions([]string{"-quick", "-n", "50,10,50", "-only", "create,limits"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{10, 50}, o.sizes); diff != "" {
		t.Errorf("numbers of keys (-want +got):\n%s", diff)
	}
	if o.runs != 1 || len(o.limits) != 1 || !o.wants("create") || o.wants("start") {
		t.Errorf("options are %+v", o)
	}
	for _, args := range [][]string{{"-n", "0"}, {"-n", "ten"}, {"-only", "nothing"}} {
		if _, err := parseOptions(args, io.Discard); err == nil {
			t.Errorf("no error from %q", args)
		}
	}
}
