package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"golang.org/x/text/unicode/norm"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// Terraform normalizes every string to NFC, in which an accented letter is one
// character. SendGrid keeps a name as somebody typed it, which can be in NFD: a
// letter and its accent. Both look the same, so they count as the same.

// sameName reports whether two names are the same.
func sameName(a, b string) bool {
	return norm.NFC.String(a) == norm.NFC.String(b)
}

// hasNamePrefix reports whether a name begins with prefix.
func hasNamePrefix(name, prefix string) bool {
	return strings.HasPrefix(norm.NFC.String(name), norm.NFC.String(prefix))
}

// nameValidator rejects API keys, and unless the name is one to look for, the empty
// name and names that look like that of a key whose secret was not delivered.
type nameValidator struct{ lookup bool }

var _ validator.String = nameValidator{}

func (v nameValidator) Description(context.Context) string {
	if v.lookup {
		return "must not contain an API key"
	}
	return "must not be empty, and must not end with \"" + keys.UndeliveredMark + "\""
}

func (v nameValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (v nameValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	name := req.ConfigValue.ValueString()
	_, marked := keys.UnmarkedName(name)
	switch {
	case sendgrid.SecretPattern().MatchString(name):
		resp.Diagnostics.AddAttributeError(req.Path, "API key given instead of a name",
			"The value contains an API key, which is a secret, but SendGrid's console and Terraform's plans show names. "+
				"If the value is in a log or a repository, treat the key as leaked.")
	case v.lookup:
	case marked:
		resp.Diagnostics.AddAttributeError(req.Path, "Reserved name", fmt.Sprintf(
			"A name must not end with %q. The provider uses this ending for keys whose secret has not reached a secret store.", keys.UndeliveredMark))
	case name == "":
		resp.Diagnostics.AddAttributeError(req.Path, "Empty name",
			"A key needs a name, such as \"Newsletter\". It does not have to be unique.")
	}
}
