package provider

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// explain says what has become of the key whose answer was lost, in words that
// take the place of the summary of its cause where they are more to the point.
func (e *lostAnswer) explain(what subject) (summary, fate string) {
	where := fmt.Sprintf("named %q in %s", what.name, accountName(what.account))
	ids := strings.Join(e.found, ", ")
	switch {
	case e.lookup != nil && len(e.found) > 0:
		return "An API key may have been made", fmt.Sprintf(
			"A key %s appeared, %s, but what it is like could not be read: %v. Nobody has its secret and Terraform does not know it: "+
				"delete it if nothing uses it, before you apply again.", where, ids, e.lookup)
	case e.lookup != nil:
		return "An API key may have been made", fmt.Sprintf(
			"SendGrid may have made the key at %s, but the search for it failed: %v. Nobody has its secret and Terraform does not know it. "+
				"Look for a key %s, and delete it if nothing uses it, before you apply again.",
			e.at.UTC().Format(time.RFC3339), e.lookup, where)
	case e.adopted:
		return "API key made, but its secret was lost", fmt.Sprintf(
			"SendGrid made the key all the same, as %s, but its secret came with the answer that was lost, and SendGrid shows it once. "+
				"The key is in the state as tainted, so that the next apply revokes it and makes another. "+
				"With prevent_destroy that apply stops: take prevent_destroy out for it, or \"terraform state rm\" the key and delete it in SendGrid's console. "+
				"If another workspace or person made a key %s at the same moment, check whose it is first.", ids, where)
	case len(e.found) == 1:
		return "An API key of unknown origin", fmt.Sprintf(
			"A key %s appeared, %s, whose scopes are not the ones that were asked for. It may be the one that was to be made, or somebody else's. "+
				"Terraform does not know it: delete it if nothing uses it, before you apply again.", where, ids)
	case len(e.found) > 1:
		return "API keys of unknown origin", fmt.Sprintf(
			"Several keys %s appeared: %s. One of them may be the one that was to be made, without its secret; others are somebody else's. "+
				"Terraform knows none of them: delete those that nothing uses, before you apply again.", where, ids)
	case e.cause.Ambiguous() && !cameToNothing(e.cause) && e.cause.Kind != sendgrid.KindServerError:
		return "An API key may have been made", fmt.Sprintf(
			"No key %s has appeared yet, but SendGrid may still have been at it, or have said that it made one, at %s. "+
				"Nobody would have its secret and Terraform does not know it: look for a key of that name, and delete it if nothing uses it, before you apply again.",
			where, e.at.UTC().Format(time.RFC3339))
	default:
		return "", fmt.Sprintf("No key %s has appeared, so none was made as far as SendGrid's list tells. It is safe to apply again.", where)
	}
}

// warnings tells what may have been made beside the key, where it took more than
// one request.
func (m made) warnings(what subject) (diags diag.Diagnostics) {
	first := fmt.Sprintf("The answer to the first request for API key %q in %s was lost, no key had appeared, and a second request made the key. ",
		what.name, accountName(what.account))
	if len(m.strays) > 0 {
		diags.AddWarning("API keys of unknown origin", first+fmt.Sprintf(
			"Now there is %s of the same name as well: the first request may have taken effect late. "+
				"Nobody has its secret and Terraform does not know it: delete it if nothing uses it.", strings.Join(m.strays, ", ")))
	}
	if m.lookup != nil {
		diags.AddWarning("An API key may have been made", first+fmt.Sprintf(
			"Whether the first request has made one of the same name late could not be looked up: %v. "+
				"If SendGrid's console shows two, delete the one that is not %s.", m.lookup, m.ID))
	}
	return diags
}

// foundAfter returns the keys that were found after an answer got lost.
func foundAfter(err error) []string {
	if lost := (*lostAnswer)(nil); errors.As(err, &lost) {
		return lost.found
	}
	return nil
}
