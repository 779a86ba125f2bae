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

// secrets are those of all keys that SendGrid ever creates, by the keys' names:
// ephemeral keys no longer exist when a run has ended.
type secrets struct {
	mu     sync.Mutex
	byName map[string][]string
}

// watch records the emulator's keys. It also makes the first POST fail with an
// error that contains the credential, and that is retried.
func (s *secrets) watch(server *emulator.Server) {
	s.byName = map[string][]string{}
	server.Inject(
		emulator.Fault{Method: http.MethodPost, Path: "/v3/api_keys", Times: 1, Do: emulator.JSONError(http.StatusTooManyRequests, "", "slow down, "+emulator.Credential)},
		emulator.Fault{Method: http.MethodPost, Path: "/v3/api_keys", Times: -1, Do: func(x *emulator.Exchange) {
			response := x.Apply()
			var created struct {
				Name   string `json:"name"`
				Secret string `json:"api_key"`
			}
			if json.Unmarshal([]byte(response.Body), &created) == nil && created.Secret != "" {
				s.mu.Lock()
				s.byName[created.Name] = append(s.byName[created.Name], created.Secret)
				s.mu.Unlock()
			}
			x.Send(response)
		}},
	)
}

// of returns the secrets of the keys whose names begin with prefix.
func (s *secrets) of(prefix string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []string
	for name, created := range s.byName {
		if strings.HasPrefix(name, prefix) {
			found = append(found, created...)
		}
	}
	return found
}

// Where a secret is allowed to be: that of a managed key in the state, and in
// plans, which begin with a copy of it; that of the credential and of an ephemeral
// key nowhere, not even in a trace log.
func (i installed) testSecrets(t *testing.T) {
	t.Parallel()
	i.skipWithoutEphemeral(t)
	r := i.run(t, borrowed("mail.send"))
	r.Env = append(r.Env, "TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(r.Dir, "trace.log"))
	created := &secrets{}
	created.watch(r.emulator)

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

	managed, ephemeral := created.of("test"), created.of("terraform-ephemeral-")
	if len(managed) != 1 || len(ephemeral) < 3 {
		t.Fatalf("%d managed and %d ephemeral keys were created", len(managed), len(ephemeral))
	}
	written := r.Files()
	for _, name := range []string{"trace.log", "create.tfplan/tfplan", "refresh.tfplan/tfstate", "terraform.tfstate", "terraform.tfstate.backup"} {
		if written[name] == "" {
			t.Errorf("%s is missing or empty, so its check proves nothing", name)
		}
	}
	// Requests are in the log, so a secret that is not was left out on purpose.
	if !strings.Contains(written["trace.log"], "SendGrid request") {
		t.Error("the log contains no request")
	}

	everything := maps.Clone(written)
	for name, text := range printed {
		everything["output of "+name] = text
	}
	hidden := []string{emulator.Credential}
	for _, secret := range ephemeral {
		// The last part is as confidential as the whole key.
		hidden = append(hidden, secret[strings.LastIndex(secret, ".")+1:])
	}
	if found := clitest.Containing(everything, hidden...); len(found) > 0 {
		t.Errorf("the credential or an ephemeral key is in %q", found)
	}
	// Sensitive values are masked for people, not in JSON.
	if shown := r.Must(0, "show", "-json"); !strings.Contains(shown, managed[0]) {
		t.Error("terraform show -json hides the managed key: the guide says otherwise")
	}
	found := clitest.Containing(everything, managed...)
	if !slices.Contains(found, "terraform.tfstate") {
		t.Errorf("the managed key is in %q, which lacks the state", found)
	}
	for _, name := range found {
		if !strings.HasPrefix(name, "terraform.tfstate") && !strings.HasPrefix(name, "refresh.tfplan/") {
			t.Errorf("the managed key is in %s", name)
		}
	}
}
