package provider

import (
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
)

// explainLost says what became of a key whose response was lost. Its summary is
// empty where that of the cause says enough.
func explainLost(lost *keys.LostResponse, name, account string) (summary, outcome string) {
	where := fmt.Sprintf("named %q in %s", name, accountName(account))
	ids := strings.Join(lost.Found, ", ")
	at := lost.At.UTC().Format(time.RFC3339)
	switch {
	case lost.Lookup != nil && len(lost.Found) > 0:
		return "An API key may have been created", fmt.Sprintf(
			"A key %s appeared (%s), but the provider could not read it: %v. Nobody has its secret, and it is not in the state. "+
				"Delete it if nothing uses it, then apply again.", where, ids, lost.Lookup)
	case lost.Lookup != nil:
		return "An API key may have been created", fmt.Sprintf(
			"SendGrid may have created the key at %s, but the search for it failed: %v. Nobody would have its secret, and it is not in the state. "+
				"Look for a key %s, delete it if nothing uses it, then apply again.", at, lost.Lookup, where)
	case lost.Adopted:
		return "API key created, but its secret was lost", fmt.Sprintf(
			"SendGrid created the key (%s), but the response with its secret was lost, and SendGrid returns a secret only once. "+
				"The key is in the state as tainted, so the next apply revokes and recreates it. "+
				"With prevent_destroy that apply fails: remove prevent_destroy first, or run \"terraform state rm\" and delete the key in SendGrid's console. "+
				"If another workspace or person created a key %s at the same time, find out first whose key this is.", ids, where)
	case len(lost.Found) == 1:
		return "API key of unknown origin", fmt.Sprintf(
			"A key %s appeared (%s) whose scopes are not the requested ones. SendGrid may have created it for this request, or for somebody else. "+
				"It is not in the state. Delete it if nothing uses it, then apply again.", where, ids)
	case len(lost.Found) > 1:
		return "API keys of unknown origin", fmt.Sprintf(
			"Several keys %s appeared: %s. SendGrid may have created one of them for this request; the others are somebody else's. "+
				"None of them is in the state. Delete those that nothing uses, then apply again.", where, ids)
	case lost.MayFollow():
		return "An API key may have been created", fmt.Sprintf(
			"No key %s has appeared yet, but at %s SendGrid may still have been working on the request, or may have reported a key in the response that was lost. "+
				"Nobody would have its secret, and it is not in the state. Look for a key with this name, delete it if nothing uses it, then apply again.",
			where, at)
	default:
		return "", fmt.Sprintf("SendGrid's list shows no new key %s. It is safe to apply again.", where)
	}
}

// strayWarnings warns about keys that may exist in addition to one that took more
// than one request to create.
func strayWarnings(created keys.Created, name, account string) (diags diag.Diagnostics) {
	first := fmt.Sprintf("The response to the first request for API key %q in %s was lost, and no new key had appeared, so the provider sent a second request, which created the key. ",
		name, accountName(account))
	if len(created.Strays) > 0 {
		diags.AddWarning("API keys of unknown origin", first+fmt.Sprintf(
			"Now there are further keys with this name: %s. The first request may have taken effect late. "+
				"Nobody has the secret of such a key, and it is not in the state. Delete it if nothing uses it.", strings.Join(created.Strays, ", ")))
	}
	if created.Lookup != nil {
		diags.AddWarning("An API key may have been created", first+fmt.Sprintf(
			"The provider could not check whether the first request created a key late: %v. "+
				"If SendGrid's console shows two keys with this name, delete the one whose id is not %s.", created.Lookup, created.ID))
	}
	return diags
}
