package provider

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// call calls a function of the provider with one argument.
func (s *server) call(name string, argument, result tftypes.Type, value any) (tftypes.Value, *tfprotov6.FunctionError) {
	s.t.Helper()
	resp, err := s.CallFunction(s.ctx, &tfprotov6.CallFunctionRequest{
		Name:      name,
		Arguments: []*tfprotov6.DynamicValue{s.dynamic(argument, terraformValue(s.t, argument, value))},
	})
	s.must(err)
	if resp.Error != nil {
		return tftypes.Value{}, resp.Error
	}
	v, err := resp.Result.Unmarshal(result)
	s.must(err)
	return v, nil
}

func TestPermissionScopes(t *testing.T) {
	t.Parallel()
	s := newServer(t, &sendgridProvider{})
	argument, result := tftypes.Map{ElementType: tftypes.String}, tftypes.Set{ElementType: tftypes.String}
	type m = map[string]string
	for name, test := range map[string]struct {
		levels m
		want   []string
		err    string
	}{
		"two groups":   {m{"alerts": "read", "stats.browser": "full"}, []string{"alerts.read", "browsers.stats.read"}, ""},
		"none":         {m{}, []string{}, ""},
		"a misspelt":   {m{"alert": "read"}, nil, `There is no permission group "alert"; the closest match is "alerts"`},
		"a wrong word": {m{"alerts": "write"}, nil, `Permission group "alerts" has no level "write"`},
		"billing":      {m{"billing": "full", "alerts": "read"}, nil, "Billing cannot be combined with other permission groups"},
	} {
		got, failure := s.call("permission_scopes", argument, result, test.levels)
		if test.err != "" {
			if failure == nil || !strings.Contains(failure.Text, test.err) || failure.FunctionArgument == nil {
				t.Errorf("%s: error %v, want %s", name, failure, test.err)
			}
			continue
		}
		if failure != nil {
			t.Errorf("%s: %s", name, failure.Text)
			continue
		}
		if diff := cmp.Diff(test.want, goValue(t, got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestPermissionScopesOfNull(t *testing.T) {
	t.Parallel()
	s := newServer(t, &sendgridProvider{})
	argument, result := tftypes.Map{ElementType: tftypes.String}, tftypes.Set{ElementType: tftypes.String}
	levels := tftypes.NewValue(argument, map[string]tftypes.Value{"stats": tftypes.NewValue(tftypes.String, nil)})
	if _, failure := s.call("permission_scopes", argument, result, levels); failure == nil || !strings.Contains(failure.Text, `"stats" is null`) {
		t.Errorf("got %v", failure)
	}
}

func TestAPIKeyID(t *testing.T) {
	t.Parallel()
	s := newServer(t, &sendgridProvider{})
	id, secret := strings.Repeat("id", 11), strings.Repeat("s", 43)
	got, failure := s.call("api_key_id", tftypes.String, tftypes.String, "SG."+id+"."+secret)
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
		_, failure := s.call("api_key_id", tftypes.String, tftypes.String, key)
		if failure == nil || failure.FunctionArgument == nil || !strings.Contains(failure.Text, "not a SendGrid API key") {
			t.Errorf("%s: got %v", name, failure)
		} else if strings.Contains(failure.Text, secret[1:]) {
			t.Errorf("%s: the error repeats the secret", name)
		}
	}
}
