package provider

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// call calls a function of the provider, which has one parameter.
func (s *server) call(name string, value any) (tftypes.Value, *tfprotov6.FunctionError) {
	s.t.Helper()
	parameter, result := s.schemas.Functions[name].Parameters[0].Type, s.schemas.Functions[name].Return.Type
	resp, err := s.CallFunction(s.ctx, &tfprotov6.CallFunctionRequest{
		Name:      name,
		Arguments: []*tfprotov6.DynamicValue{s.dynamic(parameter, terraformValue(parameter, value))},
	})
	s.must(err)
	if resp.Error != nil {
		return tftypes.Value{}, resp.Error
	}
	v, err := resp.Result.Unmarshal(result)
	s.must(err)
	return v, nil
}

// expectFunctionError fails the test unless a function failed, because of its
// argument, with an error that mentions the words.
func expectFunctionError(t *testing.T, failure *tfprotov6.FunctionError, words string) {
	t.Helper()
	if failure == nil || failure.FunctionArgument == nil || !strings.Contains(failure.Text, words) {
		t.Errorf("error %v, want %s", failure, words)
	}
}

// granted returns what the catalog grants for permission groups.
func granted(t *testing.T, levels map[string]string) []string {
	t.Helper()
	set, err := scopes.Default().Permissions(levels)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestPermissionScopes(t *testing.T) {
	t.Parallel()
	type m = map[string]string
	for name, test := range map[string]struct {
		levels m
		want   []string
		err    string
	}{
		"two groups":         {m{"alerts": "read", "stats.browser": "full"}, granted(t, m{"alerts": "read", "stats.browser": "full"}), ""},
		"none":               {m{}, []string{}, ""},
		"a misspelled group": {m{"alert": "read"}, nil, `There is no permission group "alert"; the closest match is "alerts"`},
		"a wrong level":      {m{"alerts": "write"}, nil, `Permission group "alerts" has no level "write", only "read" and "full"`},
		"billing":            {m{"billing": "full", "alerts": "read"}, nil, "Billing cannot be combined with other permission groups"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, failure := newServer(t, &sendgridProvider{}).call("permission_scopes", test.levels)
			if test.err != "" {
				expectFunctionError(t, failure, test.err)
				return
			}
			if failure != nil {
				t.Fatal(failure.Text)
			}
			if diff := cmp.Diff(test.want, goValue(t, got)); diff != "" {
				t.Errorf("scopes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPermissionScopesOfNull(t *testing.T) {
	t.Parallel()
	s := newServer(t, &sendgridProvider{})
	levels := map[string]tftypes.Value{"stats": tftypes.NewValue(tftypes.String, nil)}
	_, failure := s.call("permission_scopes", levels)
	expectFunctionError(t, failure, `"stats" is null`)
}

func TestAPIKeyID(t *testing.T) {
	t.Parallel()
	s := newServer(t, &sendgridProvider{})
	id, secret := strings.Repeat("id", 11), strings.Repeat("s", 43)
	got, failure := s.call("api_key_id", "SG."+id+"."+secret)
	if failure != nil || goValue(t, got) != id {
		t.Errorf("got %s, %v", got, failure)
	}
	for name, key := range map[string]string{
		"empty":          "",
		"an id":          id,
		"no prefix":      id + "." + secret,
		"a short secret": "SG." + id + "." + secret[1:],
		"a line break":   "SG." + id + "." + secret + "\n",
		"another key":    "sk_live_" + secret,
	} {
		t.Run(name, func(t *testing.T) {
			_, failure := s.call("api_key_id", key)
			expectFunctionError(t, failure, "not a SendGrid API key")
			if strings.Contains(failure.Text, secret[1:]) {
				t.Error("the error repeats the secret")
			}
		})
	}
}
