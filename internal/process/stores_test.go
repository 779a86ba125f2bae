package process

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/clitest"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/secretstore"
)

// stores starts runs whose keys go to secret stores.
type stores struct {
	installed

	// initialized is a run whose installed providers all others share.
	initialized *run
}

// delivery is a run whose keys go to a secret store.
type delivery struct {
	*run
	store *secretstore.Store
}

// deliver returns a run of the configuration. When the test ends, no file contains
// the secret of a key.
func (s stores) deliver(t *testing.T, config string) *delivery {
	t.Helper()
	store, err := secretstore.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	schemas, err := filepath.Abs("../examples/testdata/schemas")
	if err != nil {
		t.Fatal(err)
	}
	d := &delivery{run: s.prepare(t, config), store: store}
	const lock = ".terraform.lock.hcl"
	d.Write(lock, s.initialized.Read(lock))
	d.Env = append(d.Env, store.Environment(), "STANDIN_SCHEMAS="+schemas,
		"TF_DATA_DIR="+filepath.Join(s.initialized.Dir, ".terraform"),
		"TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(d.Dir, "trace.log"))
	t.Cleanup(func() {
		files := d.Files()
		// Requests are in the log, so a secret that is not was left out on purpose.
		if len(clitest.Containing(files, "SendGrid request")) == 0 {
			t.Error("no log contains a request")
		}
		if found := clitest.Containing(files, "SG."); len(found) > 0 {
			t.Errorf("a secret is in %q", found)
		}
	})
	return d
}

// succeed applies, and fails the test unless that succeeds.
func (d *delivery) succeed(args ...string) string {
	d.t.Helper()
	out, err := d.apply(args...)
	d.expectNoSecret(out)
	if err != nil {
		d.t.Fatalf("apply %q failed:\n%s", args, out)
	}
	return out
}

// fail applies, and fails the test unless that fails.
func (d *delivery) fail(args ...string) string {
	d.t.Helper()
	out, err := d.apply(args...)
	d.expectNoSecret(out)
	if err == nil {
		d.t.Fatalf("apply %q succeeded:\n%s", args, out)
	}
	return out
}

func (d *delivery) expectNoSecret(out string) {
	d.t.Helper()
	if strings.Contains(out, "SG.") {
		d.t.Errorf("a secret was printed:\n%s", out)
	}
}

// expectEmptyPlan fails the test unless there is nothing to do.
func (d *delivery) expectEmptyPlan() {
	d.t.Helper()
	d.Must(0, "plan", "-input=false", "-no-color", "-detailed-exitcode", "-out=empty.tfplan")
}

// expectNames fails the test unless SendGrid has keys with these names, in order of
// creation.
func (d *delivery) expectNames(want ...string) {
	d.t.Helper()
	var got []string
	for _, key := range d.emulator.Keys(emulator.Parent) {
		got = append(got, key.Name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		d.t.Errorf("names of the keys at SendGrid (-want +got):\n%s", diff)
	}
}

// newest returns the key that was created last.
func (d *delivery) newest() emulator.Key {
	d.t.Helper()
	all := d.emulator.Keys(emulator.Parent)
	if len(all) == 0 {
		d.t.Fatal("there is no key")
	}
	return all[len(all)-1]
}

// holds reports whether the last value that an entry of the store received contains
// the secret of a key.
func (d *delivery) holds(entry string, key emulator.Key) bool {
	values := d.store.Values(entry)
	return len(values) > 0 && strings.Contains(values[len(values)-1], key.Secret)
}

// expectDelivered fails the test unless there is one key, which all entries hold.
func (d *delivery) expectDelivered(entries ...string) {
	d.t.Helper()
	d.expectNames("test")
	for _, entry := range entries {
		if !d.holds(entry, d.newest()) {
			d.t.Errorf("the entry %q does not hold the key", entry)
		}
	}
}

// reject makes the store reject an entry.
func (d *delivery) reject(name string) {
	d.store.OnWrite(func(e secretstore.Entry) error {
		if e.Name == name {
			return errors.New("sealed")
		}
		return nil
	})
}

// killProvider kills the provider that the CLI has started last.
func (d *delivery) killProvider() {
	started := regexp.MustCompile(`plugin started: path=\S*terraform-provider-sendgrid\S* pid=(\d+)`).FindAllStringSubmatch(d.Read("trace.log"), -1)
	if len(started) == 0 {
		d.t.Error("the log does not show the provider's process")
		return
	}
	pid, err := strconv.Atoi(started[len(started)-1][1])
	if err != nil {
		d.t.Error(err)
		return
	}
	process, err := os.FindProcess(pid)
	if err == nil {
		err = process.Kill()
	}
	if err != nil {
		d.t.Error(err)
	}
}

const marked = "test" + keys.UndeliveredMark

// Parts of configurations.
const (
	deliveredKey = `
resource "sendgrid_api_key" "test" {
  name            = "test"
  scopes          = ["mail.send"]
  secret_in_state = false

  lifecycle {
    create_before_destroy = true
  }
}
`
	secretOfKey = `
ephemeral "sendgrid_api_key_secret" "test" {
  id = sendgrid_api_key.test.id
}
`
	// The entry "first" of the store.
	entry = `
resource "vault_kv_secret_v2" "first" {
  mount                = "secret"
  name                 = "first"
  data_json_wo         = jsonencode({ api_key = ephemeral.sendgrid_api_key_secret.test.api_key })
  data_json_wo_version = parseint(substr(sha256(sendgrid_api_key.test.id), 0, 7), 16)
}
`
	complete      = deliveredKey + secretOfKey + entry
	otherProvider = `
provider "sendgrid" {
  alias = "other"
}
`
)

// second is the entry "second" of the store.
func second() string { return strings.ReplaceAll(entry, "first", "second") }
