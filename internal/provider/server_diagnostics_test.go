package provider

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// diagnostics are the errors and warnings of one or several RPCs.
type diagnostics []*tfprotov6.Diagnostic

// String renders severity, attribute, summary and detail of each.
func (d diagnostics) String() string {
	var out strings.Builder
	for _, diagnostic := range d {
		fmt.Fprintf(&out, "%s %s: %s\n%s\n", diagnostic.Severity, diagnostic.Attribute, diagnostic.Summary, diagnostic.Detail)
	}
	return out.String()
}

func (d diagnostics) hasErrors() bool {
	return len(d.of(tfprotov6.DiagnosticSeverityError)) > 0
}

// of returns those of a severity.
func (d diagnostics) of(severity tfprotov6.DiagnosticSeverity) diagnostics {
	return slices.DeleteFunc(slices.Clone(d), func(diagnostic *tfprotov6.Diagnostic) bool {
		return diagnostic.Severity != severity
	})
}

// requireNone stops the test on any diagnostic.
func (d diagnostics) requireNone(t *testing.T) {
	t.Helper()
	if len(d) > 0 {
		t.Fatalf("unexpected diagnostics:\n%s", d)
	}
}

// requireNoErrors stops the test on any error.
func (d diagnostics) requireNoErrors(t *testing.T) {
	t.Helper()
	if d.hasErrors() {
		t.Fatalf("unexpected errors:\n%s", d)
	}
}

// expectError fails the test unless the errors mention all of the words. Without
// words, as in the rows of a table that succeed, no diagnostic is expected.
func (d diagnostics) expectError(t *testing.T, words ...string) {
	t.Helper()
	d.expect(t, tfprotov6.DiagnosticSeverityError, words)
}

// expectWarning fails the test unless there are warnings only, and they mention all
// of the words. Without words, no diagnostic is expected.
func (d diagnostics) expectWarning(t *testing.T, words ...string) {
	t.Helper()
	if d.hasErrors() {
		t.Errorf("unexpected errors:\n%s", d)
	}
	d.expect(t, tfprotov6.DiagnosticSeverityWarning, words)
}

// expectWarningAndError fails the test unless a warning and an error mention all of
// the words.
func (d diagnostics) expectWarningAndError(t *testing.T, words ...string) {
	t.Helper()
	d.expect(t, tfprotov6.DiagnosticSeverityWarning, words)
	d.expect(t, tfprotov6.DiagnosticSeverityError, words)
}

func (d diagnostics) expect(t *testing.T, severity tfprotov6.DiagnosticSeverity, words []string) {
	t.Helper()
	if len(words) == 0 && len(d) > 0 {
		t.Errorf("unexpected diagnostics:\n%s", d)
	}
	text := d.of(severity).String()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("no %s mentions %q:\n%s", severity, w, d)
		}
	}
}

// exclude fails the test if a diagnostic mentions any of the words.
func (d diagnostics) exclude(t *testing.T, words ...string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(d.String(), w) {
			t.Errorf("a diagnostic mentions %q:\n%s", w, d)
		}
	}
}
