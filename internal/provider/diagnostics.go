package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// subject is what a call was about, for the text of a diagnostic.
type subject struct {
	verb, id, name, account string
	// thing replaces "API key" if the call was not about one.
	thing string
	// scopes are those that the call requested, if any.
	scopes scopes.Set
}

// object names the key, `API key "name" (id)`, or the thing. Users paste whole
// keys where an id is expected, so the result is redacted.
func (s subject) object() string {
	if s.thing != "" {
		return s.thing
	}
	words := []string{"API key"}
	if s.name != "" {
		words = append(words, quoted(s.name))
	}
	if s.id != "" {
		words = append(words, "("+s.id+")")
	}
	return sendgrid.Redact(strings.Join(words, " "))
}

func (s subject) String() string {
	return s.verb + " " + s.object() + " in " + accountName(s.account)
}

// diagnose turns the error of a call into a diagnostic, and is the only place
// that does. It says what failed, what SendGrid reported, and what to do.
func (a *api) diagnose(ctx context.Context, what subject, err error) diag.Diagnostic {
	failed := "Could not " + what.String() + "."
	var failure *sendgrid.Error
	if errors.As(err, &failure) {
		return a.diagnoseFailure(ctx, what, failed, err, failure)
	}
	switch {
	case errors.Is(err, errNotConfigured):
		return explained("Provider not configured yet", failed, sentence(err),
			"Terraform cannot read existing keys without these values. Use values that are known when Terraform plans, or apply in two steps: "+
				"first the resources that the provider's configuration depends on, with -target, then the rest.")
	case errors.Is(err, context.Canceled):
		return diag.NewErrorDiagnostic("Canceled", failed+" No request was sent.")
	default:
		return explained("Invalid request", failed, sentence(err))
	}
}

// diagnoseFailure is diagnose for an error of the client.
func (a *api) diagnoseFailure(ctx context.Context, what subject, failed string, err error, failure *sendgrid.Error) diag.Diagnostic {
	summary, advice := a.explain(ctx, what, failure)
	paragraphs := []string{failed, sentence(failure)}
	if unlisted := (*keys.UnlistedError)(nil); errors.As(err, &unlisted) {
		paragraphs = append(paragraphs, "The provider lists the existing keys before it creates one. Without this list, it could not find the new key if the response to the create request were lost. No key was created.")
	}
	if lost := (*keys.LostResponse)(nil); errors.As(err, &lost) {
		title, outcome := explainLost(lost, what.name, what.account)
		paragraphs = append(paragraphs, outcome)
		if title != "" {
			// What to do about the key matters more than what to do about the network.
			summary, advice = title, ""
		}
	}
	return explained(summary, append(paragraphs, advice)...)
}

// explained returns an error that ends with the address of its explanation. The
// paragraphs may repeat anything that users or SendGrid wrote, so it redacts them.
func explained(summary string, paragraphs ...string) diag.Diagnostic {
	var text strings.Builder
	for _, paragraph := range paragraphs {
		if paragraph != "" {
			text.WriteString(paragraph + "\n\n")
		}
	}
	return diag.NewErrorDiagnostic(summary, sendgrid.Redact(text.String())+"See "+guideURL("troubleshooting")+".")
}

// explain returns the summary for a failure and what to do about it.
func (a *api) explain(ctx context.Context, what subject, failure *sendgrid.Error) (summary, advice string) {
	switch failure.Kind {
	case sendgrid.KindUnauthorized:
		return "SendGrid rejected the credential",
			"The provider's api_key, or SENDGRID_API_KEY, is wrong, was revoked, or belongs to another region. " +
				"Check the credential and the provider's region."
	case sendgrid.KindForbidden:
		return "The credential lacks a scope", forbidden(what, failure.Method)
	case sendgrid.KindKeyLimit:
		return "API key limit reached",
			"SendGrid allows 100 keys per account. Delete keys that nothing uses, or create this key in a subuser with on_behalf_of."
	case sendgrid.KindScopesRefused:
		return "SendGrid rejected the scopes", "Nothing was changed. " + a.rejectedScopes(ctx, what)
	case sendgrid.KindKeyNotFound:
		return "The API key no longer exists",
			"Someone deleted it outside of Terraform after the plan was created. Plan again. Terraform then plans to recreate the key."
	case sendgrid.KindRateLimited:
		advice = "Other users of the account might have used up its limit. Apply again later, or with a lower -parallelism or a higher max_retries."
		if !failure.Reset.IsZero() {
			advice = fmt.Sprintf("SendGrid reports that the limit resets at %s. %s", failure.Reset.UTC().Format(time.RFC3339), advice)
		}
		return "SendGrid's rate limit is exhausted", advice
	case sendgrid.KindServerError:
		advice = "If the error persists, see https://status.sendgrid.com."
		if len(what.scopes) > 0 {
			advice = "SendGrid also responds like this if it rejects a scope. " + a.rejectedScopes(ctx, what) + " Otherwise, SendGrid has an outage. " + advice
		}
		return "SendGrid returned a server error", advice
	case sendgrid.KindMalformed:
		return "Response is not from SendGrid's API",
			fmt.Sprintf("A proxy or gateway between Terraform and SendGrid might have responded instead. Check base_url (the host is %s) and any proxy. The state is unchanged.", a.client.Host())
	case sendgrid.KindNoResponse:
		return "No response from SendGrid",
			fmt.Sprintf("Check that the machine that runs Terraform can reach %s. The state is unchanged.", a.client.Host())
	case sendgrid.KindCanceled:
		return "Canceled", ""
	default:
		return "SendGrid rejected the request", "SendGrid's message above states the reason."
	}
}

// rejectedScopes names the requested scopes that the credential does not hold, or
// says what to check if that is not known.
func (a *api) rejectedScopes(ctx context.Context, what subject) string {
	held, err := a.held.Get(ctx, what.account)
	if err != nil {
		return "A key can have only scopes that SendGrid knows and that the provider's credential holds. Check both."
	}
	missing := what.scopes.Minus(held)
	switch {
	case len(missing) > 0 && len(missing.Minus(scopes.Default().Billing)) == 0:
		return fmt.Sprintf("The provider's credential does not hold %s in %s, and no API key can hold billing scopes together with those that manage keys. "+
			"Create the key in SendGrid's console and import it.", strings.Join(missing, ", "), accountName(what.account))
	case len(missing) > 0:
		return fmt.Sprintf("The provider's credential does not hold %s in %s, and it cannot grant scopes that it does not hold. "+
			"Check the spelling, or use a credential that holds them.", strings.Join(missing, ", "), accountName(what.account))
	default:
		return "The provider's credential holds every requested scope. Check whether the account's SendGrid plan includes the features to which the scopes belong."
	}
}

// forbidden names the scope that the credential lacks for a request.
func forbidden(what subject, method string) string {
	verb := map[string]string{
		http.MethodPost: "create", http.MethodGet: "read", http.MethodPatch: "update", http.MethodPut: "update", http.MethodDelete: "delete",
	}[method]
	advice := "The provider's credential needs the scope api_keys." + verb
	if what.account != sendgrid.Parent {
		advice += fmt.Sprintf(". The credential must belong to the parent of %s, and that account must exist", accountName(what.account))
	}
	return advice + "."
}

// deletedOutside is the warning about a key that was deleted outside of
// Terraform.
func (a *api) deletedOutside(what subject) diag.Diagnostic {
	return diag.NewWarningDiagnostic("API key deleted outside of Terraform", fmt.Sprintf(
		"SendGrid (%s) reports that %s does not exist in %s. Terraform removes the key from the state, and recreates it unless you destroy it.\n\n"+
			"If the key should exist, check whether the provider's credential belongs to that account. If it does not, do not apply. "+
			"First correct the credential, on_behalf_of, or base_url.",
		a.client.Host(), what.object(), accountName(what.account)))
}

// otherAccount is the error about a key that SendGrid does not find, probably
// because the credential belongs to another account than recorded, the credential
// that last saw the key.
func (a *api) otherAccount(what subject, recorded string) diag.Diagnostic {
	return explained("API key not found, perhaps in another account", fmt.Sprintf(
		"SendGrid (%s) reports that %s does not exist in %s. The key was last seen with the credential %s. The provider now uses the credential %s, "+
			"and the account of that credential does not contain the credential %s. So the key might be in another account. The state is unchanged.",
		a.client.Host(), what.object(), accountName(what.account), recorded, a.ownID, recorded),
		"If the provider uses the wrong credential, correct it. If the credential is the right one and the key was deleted, "+
			"remove the key from the state with \"terraform state rm\".")
}

// revokesOwnKey is the error about a request to revoke the provider's own
// credential.
func revokesOwnKey(what subject) diag.Diagnostic {
	return explained("The provider uses this key as its credential", fmt.Sprintf(
		"%s is the provider's own credential. The provider refuses to revoke it, because it could not send any requests without it. Nothing was changed.",
		capitalized(what.object())),
		"Use another credential to revoke this key.")
}

// keyNotFound is the error about a key that the configuration names by its id.
func keyNotFound(what subject) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("id"), "API key not found", fmt.Sprintf(
		"There is no %s in %s. Either the key was revoked, or it belongs to another account. To look in a subuser's account, set on_behalf_of.",
		what.object(), accountName(what.account)))
}

// importNotFound is the error about an import of a key that does not exist.
func (a *api) importNotFound(what subject) diag.Diagnostic {
	region := ""
	if a.region != "" {
		region = fmt.Sprintf(", region %q", a.region)
	}
	return explained("API key not found", fmt.Sprintf(
		"SendGrid (%s%s) reports that %s does not exist in %s. Nothing was imported.",
		a.client.Host(), region, what.object(), accountName(what.account)),
		"Check the id, the account, and the provider's region. "+whatIsAnID+" To import a key of a subuser, use its account and its id, such as my-subuser/"+what.id+".",
		"If you know the key's name, the data source sendgrid_api_key returns its id:\n\n"+
			"data \"sendgrid_api_key\" \"example\" {\n  name = \"Newsletter\"\n}")
}

// sentence returns the text of an error as a sentence.
func sentence(err error) string {
	return capitalized(err.Error()) + "."
}

func capitalized(text string) string {
	return strings.ToUpper(text[:1]) + text[1:]
}
