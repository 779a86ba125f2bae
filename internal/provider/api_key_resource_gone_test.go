package provider

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// everything are scopes of a credential without restrictions.
var everything = scopes.Default().Known.Minus(scopes.Default().AutoAssigned)

// A key that is not found was deleted only if the credential belongs to the account
// of the key. Otherwise it stays in the state, in a refresh and in a destroy
// without refresh.
func TestGoneOrAnotherAccount(t *testing.T) {
	t.Parallel()
	const other = "API key not found, perhaps in another account"
	for name, test := range map[string]struct {
		// credential returns the credential that the provider changes to.
		credential func(e *env) string
		// forget removes the recorded credential, as in older state.
		forget   bool
		fault    *emulator.Fault
		err      string
		requests []string
	}{
		"the same credential": {
			credential: func(e *env) string { return e.apiKey },
		},
		"another credential of the account": {
			credential: func(e *env) string { return e.emulator.AddKey(emulator.Parent, "new", everything).Secret },
			requests:   []string{listKeys},
		},
		"another credential, and the recorded one deleted": {
			credential: func(e *env) string {
				e.emulator.DeleteKey(e.credentialID())
				return e.emulator.AddKey(emulator.Parent, "new", everything).Secret
			},
			err:      other,
			requests: []string{listKeys},
		},
		"a credential of another account": {
			credential: func(e *env) string { return e.emulator.AddKey("sub-a", "theirs", everything).Secret },
			err:        other,
			requests:   []string{listKeys},
		},
		"a credential of another account, without a record": {
			credential: func(e *env) string { return e.emulator.AddKey("sub-a", "theirs", everything).Secret },
			forget:     true,
		},
		"no list": {
			credential: func(e *env) string { return e.emulator.AddKey(emulator.Parent, "new", everything).Secret },
			fault:      &emulator.Fault{Method: "GET", Path: "/v3/api_keys", Times: -1, Do: emulator.JSONError(http.StatusForbidden, "", "access forbidden")},
			err:        "The credential lacks a scope",
			requests:   []string{listKeys},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{ListCredential: true, Subusers: []string{"sub-a"}})
			s := e.server(nil)
			k, diags := s.apply(s.none(), attrs{"name": "newsletter", "scopes": []string{"mail.send"}})
			diags.requireNoErrors(t)
			k = s.old(k)
			if test.forget {
				k = s.withoutRecord(k, "credential")
			}
			id, _ := k.attr(t, "id").(string)
			credential := test.credential(e)
			if name != "a credential of another account" && name != "a credential of another account, without a record" {
				e.emulator.DeleteKey(id)
			}
			if test.fault != nil {
				e.emulator.Inject(*test.fault)
			}

			for stage, run := range map[string]func(*server) (key, diagnostics){
				getKey:    func(s *server) (key, diagnostics) { return s.read(k) },
				deleteKey: func(s *server) (key, diagnostics) { return s.apply(k, nil) },
			} {
				s := newServer(t, e.provider())
				s.configure(e.block(attrs{"api_key": credential})).requireNone(t)
				e.requests()
				after, diags := run(s)
				e.expect(append([]string{stage}, test.requests...)...)
				if test.err == "" {
					diags.requireNoErrors(t)
					if !after.value.IsNull() {
						t.Errorf("%s: the key is still in the state", stage)
					}
					continue
				}
				diags.expectError(t, test.err, `"newsletter"`, id)
				if !after.value.Equal(k.value) {
					t.Errorf("%s: the state is %s", stage, after.value)
				}
				if test.err == other {
					diags.expectError(t, e.credentialID(), "terraform state rm")
				}
			}
		})
	}
}

// SendGrid may not show a young key for some seconds. It is not recreated.
func TestYoungKeyLagsForSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := newInMemory(t, emulator.Config{Lag: emulator.Lag{Create: 4 * time.Second}})
		s := e.server(nil)
		config := attrs{"name": "a", "scopes": []string{"mail.send"}}
		k, diags := s.apply(s.none(), config)
		diags.requireNoErrors(t)
		k, diags = s.read(k)
		diags.requireNone(t)
		s.expectPlan(k, config, "no-op")
	})
}

// The provider refuses to revoke its own credential.
func TestOwnKeyIsNotRevoked(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{ListCredential: true})
	s := e.server(nil)
	own, diags := s.importKey(e.credentialID())
	diags.requireNone(t)
	e.requests()
	after, diags := s.apply(own, nil)
	diags.expectWarningAndError(t, "The provider uses this key as its credential")
	if !after.value.Equal(own.value) {
		t.Errorf("the state is %s", after.value)
	}
	e.expect()
}

// SendGrid may not find a young key when it is to be revoked. The key is not lost.
func TestYoungKeyIsRevoked(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	diags.requireNone(t)
	e.emulator.Inject(emulator.Fault{Method: "DELETE", Times: 2, Do: emulator.JSONError(http.StatusNotFound, "", "unable to find API Key for deletion")})
	_, diags = s.apply(k, nil)
	diags.requireNone(t)
	e.expectNoKeys()
}
