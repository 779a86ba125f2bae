package provider

import (
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
)

// explainLost says what is known about a key whose response was lost. Its summary
// is empty if the summary of the cause says enough.
func explainLost(lost *keys.LostResponse, name, account string) (summary, outcome string) {
	where := fmt.Sprintf("named %q in %s", name, accountName(account))
	ids := strings.Join(lost.Found, ", ")
	at := lost.At.UTC().Format(time.RFC3339)
	first := ""
	if lost.Repeated {
		first = "This was the second request, because the response to the first one was lost. "
	}
	switch {
	case len(lost.Found) == 1:
		return "API key of unknown origin", first + fmt.Sprintf(
			"A key %s appeared: %s. Either SendGrid created it for this request, or someone else created it at the same time. "+
				"Nothing was added to the state. ", where, ids) + howToFindOut
	case len(lost.Found) > 1:
		return "API keys of unknown origin", first + fmt.Sprintf(
			"Keys %s appeared: %s. SendGrid might have created one of them for this request. Someone else created the others at the same time. "+
				"Nothing was added to the state. ", where, ids) + howToFindOut
	case lost.Lookup != nil:
		return "An API key may have been created", first + fmt.Sprintf(
			"SendGrid might have created the key at %s, but the search for it failed: %v. Nothing was added to the state. "+
				"Look for a key %s. ", at, lost.Lookup, where) + howToFindOut
	case lost.MayFollow():
		return "An API key may have been created", first + fmt.Sprintf(
			"No key %s has appeared yet. However, at %s, SendGrid might still have been processing the request, or the lost response might have contained a key. "+
				"Nothing was added to the state. Look for a key with this name. ", where, at) + howToFindOut
	default:
		return "", first + fmt.Sprintf("SendGrid's list shows no new key %s. It is safe to apply again.", where)
	}
}

const howToFindOut = "If no other workspace or person created such a key, nobody has its secret and nothing can use it: " +
	"delete it in SendGrid's console, then apply again. If you are not sure, keep it: a key that nobody uses does no harm."

// repetitionWarnings warns about a key that took more than one request to create.
func repetitionWarnings(created keys.Created, name, account string) (diags diag.Diagnostics) {
	if !created.Repeated {
		return nil
	}
	first := fmt.Sprintf("The response to the first request for API key %q in %s was lost, and no new key had appeared, so the provider sent a second request, which created the key %s. ",
		name, accountName(account), created.ID)
	switch {
	case created.Lookup != nil:
		diags.AddWarning("An API key may have been created", first+fmt.Sprintf(
			"The provider could not check whether the first request created a key late: %v. "+
				"If SendGrid's console shows two keys with this name, the other one might be that key. ", created.Lookup)+howToFindOut)
	case len(created.Strays) > 0:
		diags.AddWarning("API keys of unknown origin", first+fmt.Sprintf(
			"Then further keys with this name appeared: %s. Either the first request took effect late, or someone else created them. ",
			strings.Join(created.Strays, ", "))+howToFindOut)
	default:
		diags.AddWarning("The request to create an API key was repeated",
			first+"No other key with this name has appeared since. If one appears later, the first request might have created it.")
	}
	return diags
}
