package provider

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// opened is an ephemeral key that Terraform holds open.
type opened struct {
	value   tftypes.Value
	private []byte
}

func (s *server) openKey(config attrs) (opened, diagnostics) {
	s.t.Helper()
	schema := s.schemas.EphemeralResourceSchemas[keyResource]
	resp, err := s.OpenEphemeralResource(s.ctx, &tfprotov6.OpenEphemeralResourceRequest{
		TypeName: keyResource, Config: s.config(schema, config),
	})
	s.must(err)
	diags := diagnostics(resp.Diagnostics)
	if diags.hasErrors() {
		return opened{}, diags
	}
	v, err := resp.Result.Unmarshal(schema.ValueType())
	s.must(err)
	return opened{value: v, private: resp.Private}, diags
}

func (s *server) closeKey(o opened) diagnostics {
	s.t.Helper()
	resp, err := s.CloseEphemeralResource(s.ctx, &tfprotov6.CloseEphemeralResourceRequest{TypeName: keyResource, Private: o.private})
	s.must(err)
	return resp.Diagnostics
}

// expectNothingOpen fails the test if the process has keys to revoke when it ends.
func (e *env) expectNothingOpen() {
	e.t.Helper()
	e.requests()
	if err := e.open.RevokeAll(e.t.Context()); err != nil {
		e.t.Error(err)
	}
	e.expect()
}

func TestEphemeralKey(t *testing.T) {
	t.Parallel()
	for _, account := range []string{emulator.Parent, "sub-a"} {
		t.Run("account="+account, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}})
			s := e.server(nil)
			config := attrs{"name": "migration", "scopes": []string{"mail.send", "2fa_required"}, "on_behalf_of": account}
			one, diags := s.openKey(config)
			diags.requireNone(t)
			two, diags := s.openKey(config)
			diags.requireNone(t)

			keys := e.emulator.Keys(account)
			if len(keys) != 2 || keys[0].Name == keys[1].Name {
				t.Fatalf("keys %v", keys)
			}
			for i, o := range []opened{one, two} {
				if !strings.HasPrefix(keys[i].Name, "terraform-ephemeral-migration-") {
					t.Errorf("the key is named %q", keys[i].Name)
				}
				for name, want := range map[string]any{"id": keys[i].ID, "api_key": keys[i].Secret, "on_behalf_of": account, "name": "migration"} {
					if diff := cmp.Diff(want, goValue(t, attribute(t, o.value, name))); diff != "" {
						t.Errorf("%s (-want +got):\n%s", name, diff)
					}
				}
				if strings.Contains(string(o.private), keys[i].Secret) {
					t.Error("private data contains the secret")
				}
				s.closeKey(o).requireNone(t)
			}
			e.expectNoKeys("sub-a")
			// Closing a key that no longer exists succeeds.
			s.closeKey(one).requireNone(t)
			e.expectNothingOpen()
		})
	}
}

// However an open fails, no key is left.
func TestEphemeralOpenFails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		post, remove emulator.Behavior
		want         string
	}{
		"rejected":                {post: emulator.JSONError(http.StatusForbidden, "", "access forbidden"), want: "needs the scope api_keys.create"},
		"lost":                    {post: emulator.ResetAfter, want: "No response from SendGrid"},
		"cut":                     {post: emulator.CutBody, want: "No response from SendGrid"},
		"without the key":         {post: emulator.ReplaceBody(`{}`), want: "Response is not from SendGrid's API"},
		"lost, and DELETE 503":    {post: emulator.ResetAfter, remove: emulator.JSONError(http.StatusServiceUnavailable, "", "unavailable"), want: "No response from SendGrid"},
		"created despite the 502": {post: emulator.After(emulator.HTMLPage(http.StatusBadGateway)), want: "Response is not from SendGrid's API"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{})
			s := e.server(nil)
			e.emulator.Inject(emulator.Fault{Method: "POST", Do: test.post})
			if test.remove != nil {
				e.emulator.Inject(emulator.Fault{Method: "DELETE", Times: 2, Do: test.remove})
			}
			_, diags := s.openKey(attrs{"name": "a", "scopes": []string{"mail.send"}})
			diags.expectError(t, test.want)
			diags.exclude(t, "tainted")
			e.expectNoKeys()
			e.expectNothingOpen()
		})
	}
}

// A close that is interrupted revokes the key all the same, and one that fails is
// repeated before the process ends.
func TestEphemeralClose(t *testing.T) {
	t.Parallel()
	open := func(t *testing.T, provider attrs) (*env, *server, opened) {
		t.Helper()
		e := newEmulated(t, emulator.Config{})
		s := e.server(provider)
		o, diags := s.openKey(attrs{"name": "a", "scopes": []string{"mail.send"}})
		diags.requireNone(t)
		return e, s, o
	}
	t.Run("interrupted", func(t *testing.T) {
		t.Parallel()
		e, s, o := open(t, nil)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		s.ctx = ctx
		s.closeKey(o).requireNone(t)
		e.expectNoKeys()
	})
	t.Run("DELETE fails twice", func(t *testing.T) {
		t.Parallel()
		e, s, o := open(t, nil)
		e.emulator.Inject(emulator.Fault{Method: "DELETE", Times: 2, Do: emulator.JSONError(http.StatusServiceUnavailable, "", "unavailable")})
		s.closeKey(o).requireNone(t)
		e.expectNoKeys()
	})
	t.Run("fails for good", func(t *testing.T) {
		t.Parallel()
		e, s, o := open(t, attrs{"max_retries": 0})
		e.emulator.Inject(emulator.Fault{Method: "DELETE", Do: emulator.HTMLPage(http.StatusBadGateway)})
		s.closeKey(o).expectError(t, `Could not delete API key "`+e.onlyKey().Name)
		if err := e.open.RevokeAll(t.Context()); err != nil {
			t.Error(err)
		}
		e.expectNoKeys()
	})
}

// The process revokes what Terraform never closed before it ends, in spite of
// transient failures. Its error names the keys that are left.
func TestProcessEnd(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}})
	s := e.server(nil)
	for range 5 {
		for _, account := range []string{emulator.Parent, "sub-a"} {
			_, diags := s.openKey(attrs{"name": "a", "scopes": []string{"mail.send"}, "on_behalf_of": account})
			diags.requireNone(t)
		}
	}
	e.emulator.DeleteKey(e.emulator.Keys("sub-a")[0].ID)
	e.emulator.Inject(emulator.Fault{Method: "DELETE", Times: 3, Do: emulator.ResetBefore})
	if err := e.open.RevokeAll(t.Context()); err != nil {
		t.Error(err)
	}
	e.expectNoKeys("sub-a")

	_, diags := s.openKey(attrs{"name": "stubborn", "scopes": []string{"mail.send"}})
	diags.requireNone(t)
	e.emulator.Inject(emulator.Fault{Method: "DELETE", Times: -1, Do: emulator.JSONError(http.StatusForbidden, "", "access forbidden")})
	if err := e.open.RevokeAll(t.Context()); err == nil || !strings.Contains(err.Error(), "terraform-ephemeral-stubborn-") {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	e.emulator.ClearFaults()
	e.emulator.Inject(emulator.Fault{Method: "DELETE", Times: -1, Do: emulator.Hang})
	if err := e.open.RevokeAll(ctx); err == nil {
		t.Error("no error about a request that hangs")
	}
}
