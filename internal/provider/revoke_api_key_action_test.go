package provider

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// validateAction validates the configuration of action sendgrid_revoke_api_key.
func (s *server) validateAction(config attrs) diagnostics {
	s.t.Helper()
	const name = "sendgrid_revoke_api_key"
	validator, ok := s.ProviderServer.(tfprotov6.ActionServer)
	if !ok {
		s.t.Fatal("the provider has no actions")
	}
	resp, err := validator.ValidateActionConfig(s.ctx, &tfprotov6.ValidateActionConfigRequest{
		ActionType: name, Config: s.config(s.schemas.ActionSchemas[name].Schema, config),
	})
	s.must(err)
	return resp.Diagnostics
}

// invoke runs action sendgrid_revoke_api_key, with a configuration that need not be
// valid, and returns its progress messages.
func (s *server) invoke(config attrs) (progress []string, diags diagnostics) {
	s.t.Helper()
	const name = "sendgrid_revoke_api_key"
	invoker, ok := s.ProviderServer.(tfprotov6.ActionServer)
	if !ok {
		s.t.Fatal("the provider has no actions")
	}
	value := s.config(s.schemas.ActionSchemas[name].Schema, config)
	stream, err := invoker.InvokeAction(s.ctx, &tfprotov6.InvokeActionRequest{ActionType: name, Config: value})
	s.must(err)
	for event := range stream.Events {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			progress = append(progress, event.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			diags = append(diags, event.Diagnostics...)
		}
	}
	return progress, diags
}

func TestRevokeAction(t *testing.T) {
	t.Parallel()
	own := strings.Split(emulator.Credential, ".")[1]
	for name, test := range map[string]struct {
		provider attrs
		config   func(parent, sub emulator.Key) attrs
		fault    emulator.Behavior
		progress []string
		err      []string
		requests []string
		left     int
	}{
		"a key": {
			config:   func(parent, _ emulator.Key) attrs { return attrs{"id": parent.ID} },
			progress: []string{"Revoking API key (ID) in the credential's own account", "Revoked API key (ID). SendGrid might accept it for a few more minutes"},
			requests: []string{deleteKey}, left: 1,
		},
		"a subuser's key": {
			config:   func(_, sub emulator.Key) attrs { return attrs{"id": sub.ID, "on_behalf_of": "sub-a"} },
			progress: []string{`Revoking API key (ID) in account "sub-a"`, "Revoked API key (ID). SendGrid might accept it for a few more minutes"},
			requests: []string{deleteKey + " on behalf of sub-a"}, left: 1,
		},
		"in the provider's account": {
			provider: attrs{"on_behalf_of": "sub-a"},
			config:   func(_, sub emulator.Key) attrs { return attrs{"id": sub.ID} },
			progress: []string{`Revoking API key (ID) in account "sub-a"`, "Revoked API key (ID). SendGrid might accept it for a few more minutes"},
			requests: []string{deleteKey + " on behalf of sub-a"}, left: 1,
		},
		"a key of another account": {
			config:   func(_, sub emulator.Key) attrs { return attrs{"id": sub.ID} },
			progress: []string{"Revoking API key (ID) in the credential's own account"},
			err:      []string{"API key not found", "in the credential's own account", "set on_behalf_of"},
			requests: []string{deleteKey}, left: 2,
		},
		"the provider's own key": {
			config: func(_, _ emulator.Key) attrs { return attrs{"id": own} },
			err:    []string{"The provider uses this key as its credential", "Use another credential"},
			left:   2,
		},
		"a whole key": {
			config: func(parent, _ emulator.Key) attrs { return attrs{"id": parent.Secret} },
			err:    []string{"API key given instead of its id"},
			left:   2,
		},
		"an outage": {
			provider: attrs{"max_retries": 0},
			config:   func(parent, _ emulator.Key) attrs { return attrs{"id": parent.ID} },
			fault:    emulator.HTMLPage(http.StatusBadGateway),
			progress: []string{"Revoking API key (ID) in the credential's own account"},
			err:      []string{"Response is not from SendGrid's API", "Could not delete API key"},
			requests: []string{deleteKey}, left: 2,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}, ListCredential: false})
			parent := e.emulator.AddKey(emulator.Parent, "a", []string{"mail.send"})
			sub := e.emulator.AddKey("sub-a", "b", []string{"mail.send"})
			if test.fault != nil {
				e.emulator.Inject(emulator.Fault{Method: "DELETE", Do: test.fault})
			}
			s := e.server(test.provider)
			config := test.config(parent, sub)
			var progress []string
			diags := s.validateAction(config)
			if !diags.hasErrors() {
				progress, diags = s.invoke(config)
			}
			for i, message := range progress {
				id, _ := config["id"].(string)
				progress[i] = strings.ReplaceAll(message, id, "ID")
			}
			if diff := cmp.Diff(test.progress, progress); diff != "" {
				t.Errorf("progress (-want +got):\n%s", diff)
			}
			diags.expectError(t, test.err...)
			diags.exclude(t, parent.Secret)
			e.expect(test.requests...)
			if left := len(e.emulator.Keys(emulator.Parent)) + len(e.emulator.Keys("sub-a")); left != test.left {
				t.Errorf("%d keys are left, want %d", left, test.left)
			}
		})
	}
}

// Terraform validates an id that it does not know yet, and invokes the action with
// whatever the id turns out to be.
func TestRevokeActionChecksTheID(t *testing.T) {
	t.Parallel()
	// The id of such a credential is not known: it must not match an empty one.
	e := newEmulated(t, emulator.Config{Credential: "no-api-key"})
	s := e.server(nil)
	s.validateAction(attrs{"id": unknown{}}).requireNone(t)
	for id, want := range map[string]string{"": "Invalid API key id", emulator.Credential: "API key given instead of its id"} {
		progress, diags := s.invoke(attrs{"id": id})
		diags.expectError(t, `"id"`, want)
		if len(diags) != 1 || len(progress) > 0 {
			t.Errorf("with id %q: progress %q\n%s", id, progress, diags)
		}
		diags.exclude(t, "own credential", emulator.Credential)
	}
	e.expect()
}
