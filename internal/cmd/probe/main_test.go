package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"strings"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// getenv returns the environment of NAME=value words.
func getenv(environment string) func(string) string {
	return func(name string) string {
		for _, word := range strings.Fields(environment) {
			if value, ok := strings.CutPrefix(word, name+"="); ok {
				return value
			}
		}
		return ""
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	s := emulator.Start(emulator.Config{})
	defer s.Close()
	var stdout, stderr bytes.Buffer
	args := []string{"-url", s.URL(), "-other-url", s.URL()}
	if err := run(t.Context(), args, getenv("TF_ACC=1 SENDGRID_API_KEY="+emulator.Credential), &stdout, &stderr); err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	lines := strings.Split(strings.TrimSpace(stdout.String()), "\n")
	if len(lines) != len(questions) { // With a title, and with one row for idle connections.
		t.Errorf("%d lines:\n%s", len(lines), &stdout)
	}
	for i, want := range []string{"QUESTION", "HTTP version"} {
		if !strings.HasPrefix(lines[i], want) {
			t.Errorf("line %q, want %s", lines[i], want)
		}
	}
	for _, want := range []string{"GET /v3/scopes: 200\n", "deleted 1 of 1 created API keys\n", "28 calls\n"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("%q is not in\n%s", want, &stderr)
		}
	}
	if keys := s.Keys(emulator.Parent); len(keys) != 0 {
		t.Errorf("left: %v", keys)
	}
}

func TestRunRefuses(t *testing.T) {
	t.Parallel()
	const complete = "TF_ACC=1 SENDGRID_API_KEY=x"
	for _, tt := range []struct{ args, environment, want string }{
		{"", "TF_ACC=1", "set SENDGRID_API_KEY and TF_ACC=1"},
		{"", "SENDGRID_API_KEY=x", "set SENDGRID_API_KEY and TF_ACC=1"},
		{"", "TF_ACC=true SENDGRID_API_KEY=x", "set SENDGRID_API_KEY and TF_ACC=1"},
		{"-url http://192.0.2.1", complete, "not an https:// URL"},
		{"-other-url http://192.0.2.1", complete, "not an https:// URL"},
		{"-url https:", complete, "not an https:// URL"},
		{"-url :", complete, "missing protocol scheme"},
		{"-unknown", complete, "not defined"},
	} {
		err := run(t.Context(), strings.Fields(tt.args), getenv(tt.environment), io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s %s: error %v, want %s", tt.environment, tt.args, err, tt.want)
		}
	}
	if err := run(t.Context(), []string{"-h"}, getenv(""), io.Discard, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-h: %v", err)
	}
}
