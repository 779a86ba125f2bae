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

func (s *server) openKey(config attrs) (opened, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	schemas, err := s.GetProviderSchema(s.t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	s.must(err)
	typ := objectType(s.t, schemas.EphemeralResourceSchemas[keyResource].ValueType())
	resp, err := s.OpenEphemeralResource(s.ctx, &tfprotov6.OpenEphemeralResourceRequest{
		TypeName: keyResource, Config: s.dynamic(typ, object(s.t, typ, config)),
	})
	s.must(err)
	if hasErrors(resp.Diagnostics) {
		return opened{}, resp.Diagnostics
	}
	v, err := resp.Result.Unmarshal(typ)
	s.must(err)
	return opened{value: v, private: resp.Private}, resp.Diagnostics
}

func (s *server) closeKey(o opened) []*tfprotov6.Diagnostic {
	s.t.Helper()
	resp, err := s.CloseEphemeralResource(s.ctx, &tfprotov6.CloseEphemeralResourceRequest{TypeName: keyResource, Private: o.private})
	s.must(err)
	return resp.Diagnostics
}

func TestEphemeralKey(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}})
	for _, account := range []string{emulator.Parent, "sub-a"} {
		s := e.server(nil)
		config := attrs{"name": "migration", "scopes": []string{"mail.send", "2fa_required"}, "on_behalf_of": account}
		one, diags := s.openKey(config)
		s.requireNone(diags)
		two, diags := s.openKey(config)
		s.requireNone(diags)

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
				t.Error("the secret is handed from open to close")
			}
			s.requireNone(s.closeKey(o))
		}
		if left := e.emulator.Keys(account); len(left) > 0 {
			t.Errorf("%d keys are left", len(left))
		}
		// Closing what is gone is no error.
		s.requireNone(s.closeKey(one))
		if e.open.Len() > 0 {
			t.Errorf("%d keys count as open", e.open.Len())
		}
	}
}

// However an open goes wrong, nothing is left.
func TestEphemeralOpenFails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		post, remove emulator.Behavior
		want         string
	}{
		"refused":               {post: emulator.JSONError(http.StatusForbidden, "", "access forbidden"), want: "needs the scope api_keys.create"},
		"lost":                  {post: emulator.ResetAfter, want: "No answer from SendGrid"},
		"cut":                   {post: emulator.CutBody, want: "No answer from SendGrid"},
		"without the key":       {post: emulator.ReplaceBody(`{}`), want: "Not an answer of SendGrid's API"},
		"lost, and DELETE 503":  {post: emulator.ResetAfter, remove: emulator.JSONError(http.StatusServiceUnavailable, "", "unavailable"), want: "No answer from SendGrid"},
		"made, against the 502": {post: emulator.After(emulator.HTMLPage(http.StatusBadGateway)), want: "Not an answer of SendGrid's API"},
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
			if !hasErrors(diags) || !strings.Contains(texts(diags), test.want) || strings.Contains(texts(diags), "tainted") {
				t.Errorf("got %s", texts(diags))
			}
			if left := e.emulator.Keys(emulator.Parent); len(left) > 0 || e.open.Len() > 0 {
				t.Errorf("%d keys are left, %d count as open", len(left), e.open.Len())
			}
		})
	}
}

// A close that is interrupted revokes all the same, and one that fails is tried
// again before the process ends.
func TestEphemeralClose(t *testing.T) {
	t.Parallel()
	t.Run("interrupted", func(t *testing.T) {
		t.Parallel()
		e := newEmulated(t, emulator.Config{})
		s := e.server(nil)
		o, diags := s.openKey(attrs{"name": "a", "scopes": []string{"mail.send"}})
		s.requireNone(diags)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		s.ctx = ctx
		s.requireNone(s.closeKey(o))
		if left := e.emulator.Keys(emulator.Parent); len(left) > 0 {
			t.Errorf("%d keys are left", len(left))
		}
	})
	t.Run("DELETE is answered 503 twice", func(t *testing.T) {
		t.Parallel()
		e := newEmulated(t, emulator.Config{})
		s := e.server(nil)
		o, diags := s.openKey(attrs{"name": "a", "scopes": []string{"mail.send"}})
		s.requireNone(diags)
		e.emulator.Inject(emulator.Fault{Method: "DELETE", Times: 2, Do: emulator.JSONError(http.StatusServiceUnavailable, "", "unavailable")})
		s.requireNone(s.closeKey(o))
		if left := e.emulator.Keys(emulator.Parent); len(left) > 0 {
			t.Errorf("%d keys are left", len(left))
		}
	})
	t.Run("fails for good", func(t *testing.T) {
		t.Parallel()
		e := newEmulated(t, emulator.Config{})
		s := e.server(attrs{"max_retries": 0})
		o, diags := s.openKey(attrs{"name": "a", "scopes": []string{"mail.send"}})
		s.requireNone(diags)
		e.emulator.Inject(emulator.Fault{Method: "DELETE", Do: emulator.HTMLPage(http.StatusBadGateway)})
		name := e.emulator.Keys(emulator.Parent)[0].Name
		if got := texts(s.closeKey(o)); !strings.Contains(got, `Could not delete API key "`+name) {
			t.Errorf("got %s", got)
		}
		if err := e.open.RevokeAll(t.Context()); err != nil {
			t.Error(err)
		}
		if left := e.emulator.Keys(emulator.Parent); len(left) > 0 {
			t.Errorf("%d keys are left", len(left))
		}
	})
}

// What Terraform never closed is revoked in the end, at once and against
// passing failures, and what cannot be is named.
func TestRevokeAll(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}})
	s := e.server(nil)
	for range 5 {
		for _, account := range []string{emulator.Parent, "sub-a"} {
			_, diags := s.openKey(attrs{"name": "a", "scopes": []string{"mail.send"}, "on_behalf_of": account})
			s.requireNone(diags)
		}
	}
	e.emulator.DeleteKey(e.emulator.Keys("sub-a")[0].ID)
	e.emulator.Inject(emulator.Fault{Method: "DELETE", Times: 3, Do: emulator.ResetBefore})
	if err := e.open.RevokeAll(t.Context()); err != nil {
		t.Error(err)
	}
	if left := len(e.emulator.Keys(emulator.Parent)) + len(e.emulator.Keys("sub-a")); left > 0 {
		t.Errorf("%d keys are left", left)
	}

	_, diags := s.openKey(attrs{"name": "stubborn", "scopes": []string{"mail.send"}})
	s.requireNone(diags)
	e.emulator.Inject(emulator.Fault{Method: "DELETE", Times: -1, Do: emulator.JSONError(http.StatusForbidden, "", "access forbidden")})
	if err := e.open.RevokeAll(t.Context()); err == nil || !strings.Contains(err.Error(), "terraform-ephemeral-stubborn-") {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	e.emulator.ClearFaults()
	e.emulator.Inject(emulator.Fault{Method: "DELETE", Times: -1, Do: emulator.Hang})
	if err := e.open.RevokeAll(ctx); err == nil {
		t.Error("no error about a key that hangs")
	}
}
