package provider

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
)

const (
	secretResource = "sendgrid_api_key_secret"
	undelivered    = "Secret of an API key was not delivered"
)

// openSecret opens the secret of a key. It returns the secret, and what closes it.
func (s *server) openSecret(k key) (secret string, closeSecret func() diagnostics) {
	s.t.Helper()
	schema := s.schemas.EphemeralResourceSchemas[secretResource]
	resp, err := s.OpenEphemeralResource(s.ctx, &tfprotov6.OpenEphemeralResourceRequest{
		TypeName: secretResource, Config: s.config(schema, attrs{"id": k.attr(s.t, "id")}),
	})
	s.must(err)
	diagnostics(resp.Diagnostics).requireNone(s.t)
	v, err := resp.Result.Unmarshal(schema.ValueType())
	s.must(err)
	return as[string](s.t, attribute(s.t, v, "api_key")), func() diagnostics {
		resp, err := s.CloseEphemeralResource(s.ctx, &tfprotov6.CloseEphemeralResourceRequest{TypeName: secretResource, Private: resp.Private})
		s.must(err)
		return resp.Diagnostics
	}
}

// delivered returns a configuration whose secret is kept out of the state.
func delivered(changes attrs) attrs {
	config := attrs{"name": "a", "scopes": []string{"mail.send"}, "secret_in_state": false}
	for name, value := range changes {
		config[name] = value
	}
	return config
}

// createDelivered creates a key whose secret is kept out of the state.
func (s *server) createDelivered(e *env, config attrs) (key, emulator.Key) {
	s.t.Helper()
	k, diags := s.apply(s.none(), config)
	diags.requireNone(s.t)
	account, _ := config["on_behalf_of"].(string)
	all := e.emulator.Keys(account)
	created := all[len(all)-1]
	if strings.Contains(k.value.String()+string(k.private), created.Secret) {
		s.t.Error("the state has the secret")
	}
	name, _ := config["name"].(string)
	if k.attr(s.t, "name") != name || created.Name != keys.MarkedName(name) {
		s.t.Errorf("the key is %q, the state has %v", created.Name, k.attr(s.t, "name"))
	}
	return k, created
}

// A secret is delivered in the run that creates the key, and the key has the mark
// until the last recipient has finished. Later runs find nothing to do.
func TestDelivery(t *testing.T) {
	t.Parallel()
	for name, account := range map[string]string{"parent account": emulator.Parent, "subuser": "sub-a"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}})
			on := ""
			if account != emulator.Parent {
				on = " on behalf of " + account
			}
			s := e.server(nil)
			config := delivered(attrs{"on_behalf_of": account})
			k, created := s.createDelivered(e, config)
			e.expect(getScopes+on, listKeys+on, postKey+on)

			first, closeFirst := s.openSecret(k)
			second, closeSecond := s.openSecret(k)
			if first != created.Secret || second != created.Secret {
				t.Error("a recipient did not get the secret")
			}
			closeFirst().requireNone(t)
			e.expect()
			closeSecond().requireNone(t)
			e.expect(patchKey + on)
			if got := e.emulator.Keys(account)[0].Name; got != "a" {
				t.Errorf("the key is named %q", got)
			}

			// The next run has no secret, and nothing to do.
			s = e.server(nil)
			k, diags := s.read(k)
			diags.requireNone(t)
			s.expectPlan(k, config, "no-op")
			secret, closeEmpty := s.openSecret(k)
			closeEmpty().requireNone(t)
			if secret != "" {
				t.Error("a later run has the secret")
			}
			e.expect(getKey + on)
			k, diags = s.apply(k, delivered(attrs{"on_behalf_of": account, "name": "b"}))
			diags.requireNone(t)
			e.expect(getScopes+on, patchKey+on)
			if k.attr(t, "api_key") != nil {
				t.Error("the state has the secret")
			}
		})
	}
}

// A recipient that begins after another has finished marks the key again, so that
// its own failure is not missed.
func TestLateRecipient(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	k, created := s.createDelivered(e, delivered(nil))
	_, closeFirst := s.openSecret(k)
	closeFirst().requireNone(t)
	e.requests()
	secret, closeSecond := s.openSecret(k)
	e.expect(patchKey)
	if secret != created.Secret || e.onlyKey().Name != keys.MarkedName("a") {
		t.Errorf("the key is named %q", e.onlyKey().Name)
	}
	closeSecond().requireNone(t)
	if e.onlyKey().Name != "a" {
		t.Errorf("the key is named %q", e.onlyKey().Name)
	}
}

// Whatever keeps the secret from being delivered, the next plan says so and
// replaces the key.
func TestUndelivered(t *testing.T) {
	t.Parallel()
	for name, run := range map[string]func(t *testing.T, e *env, s *server, k key){
		"no ephemeral resource": func(*testing.T, *env, *server, key) {},
		"a recipient fails":     func(_ *testing.T, _ *env, s *server, k key) { s.openSecret(k) },
		"one of two recipients fails": func(t *testing.T, _ *env, s *server, k key) {
			t.Helper()
			_, closeFirst := s.openSecret(k)
			s.openSecret(k)
			closeFirst().requireNone(t)
		},
		"a provider with another alias": func(t *testing.T, e *env, _ *server, k key) {
			t.Helper()
			secret, closeSecret := e.server(nil).openSecret(k)
			if secret != "" {
				t.Error("another provider has the secret")
			}
			closeSecret().requireNone(t)
		},
		"the name cannot be changed": func(t *testing.T, e *env, s *server, k key) {
			t.Helper()
			_, closeSecret := s.openSecret(k)
			e.emulator.Inject(emulator.Fault{Method: "PATCH", Times: -1, Do: emulator.HTMLPage(http.StatusBadGateway)})
			diags := closeSecret()
			diags.expectError(t, "Could not update API key")
			diags.exclude(t, "SG.")
			e.emulator.ClearFaults()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{})
			s := e.server(attrs{"max_retries": 1})
			k, created := s.createDelivered(e, delivered(nil))
			run(t, e, s, k)
			e.requests()

			s = e.server(nil)
			for action, config := range map[string]attrs{
				"as it is": delivered(nil), "renamed": delivered(attrs{"name": "b"}), "re-scoped": delivered(attrs{"scopes": []string{"alerts.read"}}),
			} {
				refreshed, diags := s.read(k)
				diags.expectWarning(t, undelivered, `"a" (`+created.ID+`)`, "Nobody can get the secret")
				if refreshed.attr(t, "name") != "a" {
					t.Errorf("the state has the name %v", refreshed.attr(t, "name"))
				}
				p, _ := s.plan(refreshed, config)
				if diff := cmp.Diff([]string{"id"}, attributeNames(p.replace)); diff != "" || p.action != "replace" {
					t.Errorf("%s: planned %s (-want +got):\n%s", action, p.action, diff)
				}
			}

			// The replacement is delivered like any new key.
			refreshed, _ := s.read(k)
			k, diags := s.apply(refreshed, delivered(nil))
			diags.requireNoErrors(t)
			_, closeSecret := s.openSecret(k)
			closeSecret().requireNone(t)
			if only := e.onlyKey(); only.Name != "a" || only.ID == created.ID {
				t.Errorf("the key is %s, named %q", only.ID, only.Name)
			}
			s = e.server(nil)
			k, diags = s.read(k)
			diags.requireNone(t)
			s.expectPlan(k, delivered(nil), "no-op")
			_, diags = s.apply(k, nil)
			diags.requireNone(t)
			e.expectNoKeys()
		})
	}
}

// A PATCH that fails once is repeated, also after Ctrl-C.
func TestDeliveryIsConfirmedInSpiteOfFaults(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	k, _ := s.createDelivered(e, delivered(nil))
	_, closeSecret := s.openSecret(k)
	e.emulator.Inject(emulator.Fault{Method: "PATCH", Do: emulator.ResetBefore})
	ctx, cancel := context.WithCancel(s.ctx)
	s.ctx = ctx
	cancel()
	closeSecret().requireNone(t)
	if got := e.onlyKey().Name; got != "a" {
		t.Errorf("the key is named %q", got)
	}
}

// A plan without refresh does not know that the secret was lost. An update that it
// plans must not remove the mark.
func TestUndeliveredWithoutRefresh(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	k, created := s.createDelivered(e, delivered(nil))
	s = e.server(nil)
	for _, config := range []attrs{delivered(attrs{"name": "b"}), delivered(attrs{"scopes": []string{"alerts.read"}})} {
		kept, diags := s.apply(k, config)
		diags.expectError(t, undelivered, "Plan again with a refresh")
		if !kept.value.Equal(k.value) || e.onlyKey().Name != created.Name {
			t.Errorf("the key is named %q, the state is %s", e.onlyKey().Name, kept.value)
		}
	}
	_, diags := s.apply(k, nil)
	diags.requireNone(t)
	e.expectNoKeys()
}

// A lost response leaves a marked key, which the error names. It does not stay in
// the way of the next apply.
func TestLostResponseOfDelivery(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	e.emulator.Inject(emulator.Fault{Method: "POST", Do: emulator.ResetAfter})
	k, diags := s.apply(s.none(), delivered(nil))
	diags.expectError(t, "API key of unknown origin", e.onlyKey().ID)
	e.expectNotInState(k)
	e.emulator.DeleteKey(e.onlyKey().ID)
	s.createDelivered(e, delivered(nil))
}

// A killed run can leave a key that is in no state. The plan says that it has no use,
// and does not suggest to adopt it.
func TestUndeliveredKeyWithoutState(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	left := e.emulator.AddKey(emulator.Parent, keys.MarkedName("a"), []string{"mail.send"})
	s := e.server(nil)
	_, diags := s.plan(s.none(), delivered(nil))
	diags.expectWarning(t, undelivered, left.ID, "Delete this one")
	diags.exclude(t, "import {")
}

// The data source finds an undelivered key under its configured name, and shows the
// name that SendGrid has. No configuration can use such a name.
func TestUndeliveredNames(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	_, created := s.createDelivered(e, delivered(nil))
	for _, name := range []string{"a", created.Name} {
		v, diags := s.readData("sendgrid_api_key", attrs{"name": name})
		if got := as[string](t, attribute(t, v, "name")); got != created.Name {
			t.Errorf("the data source has the name %q", got)
		}
		if name == "a" {
			diags.expectWarning(t, undelivered, created.ID)
		} else {
			diags.requireNone(t)
		}
	}
	s.validateKey(attrs{"name": created.Name, "scopes": []string{"mail.send"}}).expectError(t, "Reserved name")
	if got := keys.MarkedName(created.Name); got != created.Name {
		t.Errorf("the mark is doubled: %q", got)
	}
}
