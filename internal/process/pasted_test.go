package process

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/clitest"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// Each configuration uses the credential, from a file, in every place that can
// be checked at once. Terraform itself prints the id of an import, and an argument of a
// function unless it is sensitive.
const (
	pastedProvider = `
variable "file" { type = string }
locals { pasted = file(var.file) }

provider "sendgrid" {
  region          = local.pasted
  base_url        = "https://proxy.example/${local.pasted}"
  on_behalf_of    = local.pasted
  request_timeout = local.pasted
  ignored_scopes  = [local.pasted]
}

data "sendgrid_scopes" "any" {}
`
	pastedBlocks = `
variable "file" { type = string }
locals { pasted = file(var.file) }

resource "sendgrid_api_key" "name" {
  name   = local.pasted
  scopes = ["mail.send"]
}

resource "sendgrid_api_key" "scopes" {
  name         = "a"
  scopes       = [local.pasted]
  on_behalf_of = "account-id ${local.pasted}"
}

data "sendgrid_api_key" "id" {
  id           = local.pasted
  on_behalf_of = local.pasted
}

data "sendgrid_api_key" "name" {
  name = local.pasted
}

data "sendgrid_api_keys" "prefix" {
  name_prefix  = local.pasted
  on_behalf_of = local.pasted
}

data "sendgrid_scopes" "account" {
  on_behalf_of = local.pasted
}

ephemeral "sendgrid_api_key" "name" {
  name         = local.pasted
  scopes       = [local.pasted]
  on_behalf_of = local.pasted
}

ephemeral "sendgrid_api_key_secret" "id" {
  id = local.pasted
}
`
	pastedArguments = `
variable "file" { type = string }

locals {
  pasted = sensitive(file(var.file))
  group  = provider::sendgrid::permission_scopes({ (local.pasted) = "full" })
  level  = provider::sendgrid::permission_scopes({ stats = local.pasted })
}

resource "sendgrid_api_key" "a" {
  name   = "a"
  scopes = setunion(local.group, local.level)
}
`
)

// A credential that is pasted into the wrong place is rejected. It appears in no
// output, log, plan or state.
func (i installed) testPasted(t *testing.T) {
	t.Parallel()
	i.skipWithoutEphemeral(t)
	// Variables are in plans, what files contain is not.
	file := filepath.Join(t.TempDir(), "pasted")
	if err := os.WriteFile(file, []byte(emulator.Credential), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		config    string
		variables []string
		// errors is how many places are reported.
		errors int
	}{
		"environment": {
			config:    "provider \"sendgrid\" {}\n" + oneKey,
			variables: []string{"SENDGRID_REGION=", "SENDGRID_BASE_URL=https://proxy.example/", "SENDGRID_ON_BEHALF_OF="},
			errors:    3,
		},
		"provider block": {config: pastedProvider, errors: 5},
		"blocks":         {config: pastedBlocks, errors: 13},
		"arguments":      {config: pastedArguments, errors: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := i.run(t, test.config)
			const log = "trace.log"
			r.Env = append(r.Env, "TF_VAR_file="+file, "TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(r.Dir, log))
			for _, variable := range test.variables {
				r.Env = append(r.Env, variable+emulator.Credential)
			}
			printed := map[string]string{
				"plan":  r.Must(1, "plan", "-input=false", "-no-color", "-out=pasted.tfplan"),
				"apply": r.Must(1, "apply", "-auto-approve", "-input=false", "-no-color"),
			}
			everything := r.Files()
			if everything[log] == "" {
				t.Errorf("%s is missing or empty, so its check proves nothing", log)
			}
			for command, text := range printed {
				if got := strings.Count(text, "Error: "); got != test.errors {
					t.Errorf("%s reports %d errors, want %d:\n%s", command, got, test.errors, text)
				}
				everything["output of "+command] = text
			}
			secret := emulator.Credential[strings.LastIndex(emulator.Credential, ".")+1:]
			if found := clitest.Containing(everything, secret[:20], secret[len(secret)-20:]); len(found) > 0 {
				t.Errorf("the credential is in %q:\n%s", found, printed["plan"])
			}
			if len(r.emulator.Requests()) > 0 {
				t.Errorf("the credential was sent: %v", r.emulator.Requests())
			}
		})
	}
}
