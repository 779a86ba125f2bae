package main

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/clitest"
)

// A step fails unless everything is printed, in order.
func TestFind(t *testing.T) {
	t.Parallel()
	const printed = "Creation\n  complete after 1s\nDestruction complete\n"
	for _, tt := range []struct{ patterns, want []string }{
		{[]string{`Creation\s+complete`, `Destruction \w+`}, []string{"Creation complete", "Destruction complete"}},
		{[]string{`Destruction`, `Creation`}, nil},
		{[]string{`Creation`, `Creation`}, nil},
		{[]string{`Apply complete`}, nil},
	} {
		got, err := find(printed, tt.patterns)
		if !slices.Equal(got, tt.want) || (err == nil) != (tt.want != nil) {
			t.Errorf("%q: %q, %v", tt.patterns, got, err)
		}
	}
}

// The demo runs to its end in about a hundred lines. It shows no secret, not even
// one of the emulator, and no codes of a terminal.
func TestDemo(t *testing.T) {
	t.Parallel()
	cli := clitest.Find(t)
	var out bytes.Buffer
	d := demo{cli: cli.Path, source: "../../..", screen: screen{out: &out}}
	if err := d.run(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	text := out.String()
	if regexp.MustCompile(`SG\.[\w-]+\.|\x1b`).MatchString(text) {
		t.Errorf("the demo shows a secret or a code of a terminal:\n%s", text)
	}
	if lines := strings.Count(text, "\n"); lines > 100 {
		t.Errorf("the demo has %d lines:\n%s", lines, text)
	}
}
