package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
)

// program is a provider as it would be released.
type program struct {
	path string
	// size in bytes.
	size int64
}

// build builds a main package of the project the way a release does.
func build(ctx context.Context, source, pkg, path string) (program, error) {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, pkg)
	cmd.Dir = source
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return program{}, fmt.Errorf("build %s: %w\n%s", pkg, err, out)
	}
	info, err := os.Stat(path)
	if err != nil {
		return program{}, err
	}
	return program{path: path, size: info.Size()}, nil
}
