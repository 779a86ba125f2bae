package scopes_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// groups is a catalog of a few groups. The scopes of SendGrid's own groups change.
var groups = &scopes.Catalog{
	Billing: set("billing.read billing.update"),
	Groups: []scopes.Group{
		{Key: "alerts", Read: set("alerts.read"), Full: set("alerts.read alerts.update")},
		{Key: "mail_send", Read: set("mail.batch.read"), Full: set("mail.batch.read mail.batch.update mail.send")},
		{Key: "mail_send.mail_send", Parent: "mail_send", Full: set("mail.send")},
		{Key: "mail_settings", Read: set("mail_settings.read"), Full: set("mail_settings.read")},
		{Key: "billing", Read: set("billing.read"), Full: set("billing.read billing.update")},
	},
}

func TestPermissions(t *testing.T) {
	t.Parallel()
	type m = map[string]string
	for name, test := range map[string]struct {
		levels m
		want   string
		err    string
	}{
		"none":                      {m{}, "", ""},
		"read":                      {m{"alerts": "read"}, "alerts.read", ""},
		"full":                      {m{"alerts": "full"}, "alerts.read alerts.update", ""},
		"sub-group":                 {m{"mail_send.mail_send": "full"}, "mail.send", ""},
		"two groups":                {m{"alerts": "read", "mail_send.mail_send": "full"}, "alerts.read mail.send", ""},
		"group and sub-group":       {m{"mail_send": "read", "mail_send.mail_send": "full"}, "mail.batch.read mail.send", ""},
		"billing":                   {m{"billing": "full"}, "billing.read billing.update", ""},
		"unknown group":             {m{"mail_sned": "full"}, "", `there is no permission group "mail_sned"; the closest match is "mail_send"`},
		"title instead of key":      {m{"Mail Send": "full"}, "", `there is no permission group "Mail Send"; the closest match is "mail_send"`},
		"unknown level":             {m{"alerts": "reed"}, "", `permission group "alerts" has no level "reed", only "read" and "full"`},
		"upper-case level":          {m{"mail_send": "FULL"}, "", `permission group "mail_send" has no level "FULL", only "read" and "full"`},
		"part of a group":           {m{"mail": "full"}, "", `there is no permission group "mail"; the closest match is "mail_send"`},
		"empty level":               {m{"alerts": ""}, "", `permission group "alerts" has no level ""`},
		"missing level":             {m{"mail_send.mail_send": "read"}, "", `permission group "mail_send.mail_send" has no level "read", only "full"`},
		"misspelled missing level":  {m{"mail_send.mail_send": "raed"}, "", `permission group "mail_send.mail_send" has no level "raed", only "full"`},
		"billing and another group": {m{"billing": "read", "alerts": "read"}, "", "billing cannot be combined with other permission groups"},
		"first of several mistakes": {m{"zzz": "read", "aaa": "read"}, "", `"aaa"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := groups.Permissions(test.levels)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("error %v, want %s", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(set(test.want), got, equal); diff != "" {
				t.Errorf("scopes (-want +got):\n%s", diff)
			}
		})
	}
}

// A real key was recorded that the console had given Full Access to Mail Send.
func TestPermissionsMatchObservedKey(t *testing.T) {
	t.Parallel()
	got, err := scopes.Default().Permissions(map[string]string{"mail_send": "full"})
	if err != nil {
		t.Fatal(err)
	}
	recorded := scopes.NewPolicy().Effective(observed(t)["ui_mail_send_full_2026"])
	if diff := cmp.Diff(recorded, got, equal); diff != "" {
		t.Errorf("Full Access to Mail Send (-in testdata/observed.json +in the catalog):\n%s", diff)
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	// A list on record, because a new scope of the catalog could be nearer.
	known := observed(t)["admin_teammate"]
	for name, want := range map[string]string{
		"mail.sned":                            "mail.send",
		"mail.send":                            "mail.send",
		"suppressions.create":                  "suppression.create",
		"di.bounce_block_classifications.read": "di.bounce_block_classification.read",
		"message.read":                         "messages.read",
		"templates.version.read":               "templates.versions.read",
		"mail.batch":                           "mail.batch.read",
	} {
		if got := scopes.Nearest(name, known); got != want {
			t.Errorf("nearest to %q is %q, want %q", name, got, want)
		}
	}
	if got := scopes.Nearest("mail.send", nil); got != "" {
		t.Errorf("nearest of no candidates is %q", got)
	}
}
