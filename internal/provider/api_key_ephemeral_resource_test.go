package provider

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
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

// ephemeralNames matches the names of keys that a configuration names "migration".
var ephemeralNames = regexp.MustCompile(`^terraform-ephemeral-migration-20\d{6}T\d{4}Z-[a-z2-7]{10}$`)

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

			created := e.emulator.Keys(account)
			if len(created) != 2 || created[0].Name == created[1].Name {
				t.Fatalf("keys %v", created)
			}
			for i, o := range []opened{one, two} {
				if !ephemeralNames.MatchString(created[i].Name) {
					t.Errorf("the key is named %q", created[i].Name)
				}
				for name, want := range map[string]any{"id": created[i].ID, "api_key": created[i].Secret, "on_behalf_of": account, "name": "migration"} {
					if diff := cmp.Diff(want, goValue(t, attribute(t, o.value, name))); diff != "" {
						t.Errorf("%s (-want +got):\n%s", name, diff)
					}
				}
				if strings.Contains(string(o.private), created[i].Secret) {
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
	for name, fault := range map[string]emulator.Behavior{
		"DELETE fails":    emulator.HTMLPage(http.StatusBadGateway),
		"DELETE hangs":    emulator.Hang,
		"DELETE rejected": emulator.JSONError(http.StatusForbidden, "", "access forbidden"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{})
			e.timing.Budget = 200 * time.Millisecond
			s := e.server(attrs{"max_retries": 0})
			o, diags := s.openKey(attrs{"name": "a", "scopes": []string{"mail.send"}})
			diags.requireNone(t)
			left := e.onlyKey()
			e.emulator.Inject(emulator.Fault{Method: "DELETE", Do: fault})
			diags = s.closeKey(o)
			diags.expectError(t, "Ephemeral API key is still live", `Could not revoke API key "`+left.Name+`" (`+left.ID+`)`,
				"Look for the id "+left.ID, "sendgrid_revoke_api_key")
			diags.exclude(t, "Canceled")
			if err := e.open.RevokeAll(t.Context()); err != nil {
				t.Error(err)
			}
			e.expectNoKeys()
		})
	}
}

// A DELETE soon after the create may find no key although there is one.
func TestEphemeralCloseBeforeKeyIsShown(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	o, diags := s.openKey(attrs{"name": "a", "scopes": []string{"mail.send"}})
	diags.requireNone(t)
	e.emulator.Inject(emulator.Fault{Method: "DELETE", Do: emulator.JSONError(http.StatusNotFound, "", "unable to find API Key for deletion")})
	e.requests()
	s.closeKey(o).requireNone(t)
	e.expect(deleteKey, deleteKey)
	e.expectNoKeys()
}

// The list that precedes a create shows the ephemeral keys that killed runs left
// behind. A plan and an open warn about them, once per process and account.
func TestLeftBehind(t *testing.T) {
	t.Parallel()
	plan := func(s *server, account string) diagnostics {
		_, diags := s.plan(s.none(), attrs{"name": "b", "scopes": []string{"mail.send"}, "on_behalf_of": account})
		return diags
	}
	open := func(s *server, account string) diagnostics {
		_, diags := s.openKey(attrs{"name": "b", "scopes": []string{"mail.send"}, "on_behalf_of": account})
		return diags
	}
	for name, first := range map[string]func(*server, string) diagnostics{"plan": plan, "open": open} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}})
			old := time.Now().Add(-25 * time.Hour)
			var left []string
			for _, account := range []string{emulator.Parent, "sub-a"} {
				for range 2 {
					added := e.emulator.AddKey(account, keys.EphemeralName("a", old), []string{"mail.send"})
					left = append(left, `"`+added.Name+`" (`+added.ID+`)`)
				}
			}
			running := e.emulator.AddKey(emulator.Parent, keys.EphemeralName("a", time.Now().Add(-23*time.Hour)), []string{"mail.send"})
			other := e.emulator.AddKey(emulator.Parent, "terraform-ephemeral-by-hand", []string{"mail.send"})
			s := e.server(nil)

			diags := first(s, emulator.Parent)
			diags.expectWarning(t, "Ephemeral API keys were left behind", "the credential's own account", left[0], left[1])
			diags.exclude(t, left[2], left[3], running.ID, other.ID)
			diags = first(s, "sub-a")
			diags.expectWarning(t, "Ephemeral API keys were left behind", `account "sub-a"`, left[2], left[3])
			for _, account := range []string{emulator.Parent, "sub-a"} {
				plan(s, account).requireNone(t)
				open(s, account).requireNone(t)
			}
			// It costs no request.
			if count := e.countRequests(); count[listKeys] != 1 || count[listKeys+" on behalf of sub-a"] != 1 {
				t.Errorf("requests: %v", count)
			}
		})
	}
}

// The process revokes what Terraform never closed before it ends, in spite of
// transient failures. Its error names the keys that are left.
func TestProcessEnd(t *testing.T) {
	t.Parallel()
	t.Run("revokes all", func(t *testing.T) {
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
		// A key that nobody would revoke is not created.
		_, diags := s.openKey(attrs{"name": "late", "scopes": []string{"mail.send"}})
		diags.expectError(t, "Canceled")
		e.expectNoKeys()
	})
	for name, fault := range map[string]emulator.Behavior{
		"rejected": emulator.JSONError(http.StatusForbidden, "", "access forbidden"),
		"hanging":  emulator.Hang,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{})
			s := e.server(nil)
			_, diags := s.openKey(attrs{"name": "stubborn", "scopes": []string{"mail.send"}})
			diags.requireNone(t)
			e.emulator.Inject(emulator.Fault{Method: "DELETE", Times: -1, Do: fault})
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			if err := e.open.RevokeAll(ctx); err == nil || !strings.Contains(err.Error(), "terraform-ephemeral-stubborn-") {
				t.Errorf("got %v", err)
			}
		})
	}
}
