package process

import (
	"encoding/json"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/clitest"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// secrets are those of all keys that SendGrid ever makes, by the keys' names: the
// ephemeral ones are gone when a run has ended.
type secrets struct {
	mu     sync.Mutex
	byName map[string][]string
}

// watch has the emulator's keys noted, and makes it as indiscreet as an answer can
// be: it tells the credential, in an error that is retried.
func (s *secrets) watch(server *emulator.Server) {
	s.byName = map[string][]string{}
	server.Inject(
		emulator.Fault{Method: http.MethodPost, Path: "/v3/api_keys", Times: 1, Do: emulator.JSONError(http.StatusTooManyRequests, "", "slow down, "+emulator.Credential)},
		emulator.Fault{Method: http.MethodPost, Path: "/v3/api_keys", Times: -1, Do: func(x *emulator.Exchange) {
			answer := x.Apply()
			var made struct {
				Name   string `json:"name"`
				Secret string `json:"api_key"`
			}
			if json.Unmarshal([]byte(answer.Body), &made) == nil && made.Secret != "" {
				s.mu.Lock()
				s.byName[made.Name] = append(s.byName[made.Name], made.Secret)
				s.mu.Unlock()
			}
			x.Send(answer)
		}},
	)
}

// of returns the secrets of the keys whose names begin with prefix.
func (s *secrets) of(prefix string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []string
	for name, made := range s.byName {
		if strings.HasPrefix(name, prefix) {
			found = append(found, made...)
		}
	}
	return found
}

// Where the words of a secret may stand: those of a managed key in the state, and
// in plans, which begin with a copy of it; those of the credential and of an
// ephemeral key nowhere, not in a log of everything.
func TestProcessSecrets(t *testing.T) {
	t.Parallel()
	cli := clitest.Find(t)
	skipWithoutEphemeral(t, cli)
	r := newRunner(t, cli)(t, borrowed("mail.send"))
	r.Env = append(r.Env, "TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(r.Dir, "trace.log"))
	made := &secrets{}
	made.watch(r.emulator)

	printed := map[string]string{}
	command := func(name string, args ...string) {
		t.Helper()
		printed[name] = r.Must(0, args...)
	}
	command("plan", "plan", "-input=false", "-no-color", "-out=create.tfplan")
	command("apply", "apply", "-input=false", "-no-color", "create.tfplan")
	command("second plan", "plan", "-input=false", "-no-color", "-refresh-only", "-out=refresh.tfplan")
	// The backup is written when the state changes.
	r.Write("main.tf", strings.Replace(r.Read("main.tf"), `name     = "test"`, `name     = "renamed"`, 1))
	command("rename", "apply", "-auto-approve", "-input=false", "-no-color")
	command("show", "show", "-no-color")
	command("show the plan", "show", "-no-color", "refresh.tfplan")

	managed, ephemeral := made.of("test"), made.of("terraform-ephemeral-")
	if len(managed) != 1 || len(ephemeral) < 3 {
		t.Fatalf("%d managed and %d ephemeral keys were made", len(managed), len(ephemeral))
	}
	written := r.Files()
	for _, name := range []string{"trace.log", "create.tfplan/tfplan", "refresh.tfplan/tfstate", "terraform.tfstate", "terraform.tfstate.backup"} {
		if written[name] == "" {
			t.Errorf("%s is missing or empty, and shows nothing", name)
		}
	}
	// Requests are in the log, so what is not there was left out.
	if !strings.Contains(written["trace.log"], "SendGrid request") {
		t.Error("the log holds no request")
	}

	everything := maps.Clone(written)
	for name, text := range printed {
		everything["output of "+name] = text
	}
	words := []string{emulator.Credential}
	for _, secret := range ephemeral {
		// The last part tells as much as the whole key.
		words = append(words, secret[strings.LastIndex(secret, ".")+1:])
	}
	if found := clitest.Holding(everything, words...); len(found) > 0 {
		t.Errorf("the credential or an ephemeral key is in %q", found)
	}
	// What sensitive does not do.
	if shown := r.Must(0, "show", "-json"); !strings.Contains(shown, managed[0]) {
		t.Error("terraform show -json hides the managed key: the guide says otherwise")
	}
	found := clitest.Holding(everything, managed...)
	if !slices.Contains(found, "terraform.tfstate") {
		t.Errorf("the managed key is in %q, which lacks the state", found)
	}
	for _, name := range found {
		if !strings.HasPrefix(name, "terraform.tfstate") && !strings.HasPrefix(name, "refresh.tfplan/") {
			t.Errorf("the managed key is in %s", name)
		}
	}
}
