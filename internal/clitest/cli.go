// Package clitest drives a real CLI, terraform or tofu, in tests and benchmarks.
// Unlike terraform-plugin-testing it starts providers as users do: installed from
// a mirror, each in its own process.
package clitest

import (
	"cmp"
	"os"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/cli"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// CLI is the terraform or tofu that tests run.
type CLI struct{ *cli.CLI }

// Find returns the CLI that TF_ACC_TERRAFORM_PATH names, or else terraform from
// PATH. It skips the test unless TF_ACC is set, as acceptance tests do.
func Find(tb testing.TB) CLI {
	tb.Helper()
	if os.Getenv("TF_ACC") == "" {
		tb.Skip("drives a real CLI: needs TF_ACC, see make test")
	}
	c, err := cli.New(tb.Context(), cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"))
	if err != nil {
		tb.Fatal(err)
	}
	return CLI{c}
}

// Account returns the environment that points the provider at an emulator.
func Account(server *emulator.Server) []string {
	return []string{"SENDGRID_BASE_URL=" + server.URL(), "SENDGRID_API_KEY=" + emulator.Credential}
}
