package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
)

// hotPath is a Go benchmark of something that runs for every key.
type hotPath struct {
	name               string
	nanoseconds        string
	bytes, allocations string
}

// hotPaths runs the Go benchmarks of the client and of the reconciling.
func hotPaths(ctx context.Context, source string) ([]hotPath, error) {
	cmd := exec.CommandContext(ctx, "go", "test", "-run=^$", "-bench=.", "-benchmem", "./internal/scopes", "./internal/sendgrid")
	cmd.Dir = source
	out, err := cmd.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("go test -bench: %w\n%s", err, out)
	}
	found := parseHotPaths(string(out))
	if len(found) == 0 {
		return nil, errors.New("go test -bench: no benchmark")
	}
	return found, nil
}

// parseHotPaths reads lines such as
//
//	BenchmarkRead/drifted-2   1845061   650.1 ns/op   384 B/op   6 allocs/op
func parseHotPaths(out string) []hotPath {
	line := regexp.MustCompile(`(?m)^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+([\d.]+) ns/op\s+(\d+) B/op\s+(\d+) allocs/op`)
	var found []hotPath
	for _, match := range line.FindAllStringSubmatch(out, -1) {
		found = append(found, hotPath{match[1], match[2], match[3], match[4]})
	}
	return found
}
