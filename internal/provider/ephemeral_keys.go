package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// notRevoked is the error about an ephemeral key that could not be revoked.
func notRevoked(key keys.OpenKey, err error) diag.Diagnostic {
	what := subject{verb: "revoke", id: key.ID, name: key.Name, account: key.Account}
	return explained("Ephemeral API key is still live", "Could not "+what.String()+".", sentence(err),
		"Anyone who has the key can still use all of its scopes. The provider tries once more before it exits, but it cannot report whether that succeeds. "+
			"Look for the id "+key.ID+" in SendGrid's console, under Settings > API Keys, and delete the key if it is there. "+
			"With Terraform 1.14, you can also revoke it with the action sendgrid_revoke_api_key.")
}

// leftBehind warns about live ephemeral keys of earlier runs.
func leftBehind(left []sendgrid.APIKey, account string) (diags diag.Diagnostics) {
	if len(left) == 0 {
		return nil
	}
	names := make([]string, len(left))
	for i, key := range left {
		names[i] = subject{id: key.ID, name: key.Name}.object()
	}
	diags.AddWarning("Ephemeral API keys were left behind", fmt.Sprintf(
		"There are ephemeral API keys in %s that are older than a day and still live:\n\n%s\n\n"+
			"The runs that created them could not revoke them, for example because they were killed. If none of these runs is still in progress, "+
			"delete the keys in SendGrid's console or with the action sendgrid_revoke_api_key.\n\nSee %s.",
		accountName(account), strings.Join(names, "\n"), guideURL("troubleshooting")))
	return diags
}
