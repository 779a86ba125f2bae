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

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// subject is what a call was about, for the words of a diagnostic.
type subject struct {
	verb, id, name, account string
	// thing is what the call was about, where that is not an API key.
	thing string
	// scopes are those that the call asked for, if any.
	scopes scopes.Set
}

// object names the key, `API key "name" (id)`, or what else it is. People paste
// whole keys where an id is asked for: they are not repeated.
func (s subject) object() string {
	if s.thing != "" {
		return s.thing
	}
	words := []string{"API key"}
	if s.name != "" {
		words = append(words, fmt.Sprintf("%q", s.name))
	}
	if s.id != "" {
		words = append(words, "("+s.id+")")
	}
	return sendgrid.Redact(strings.Join(words, " "))
}

func (s subject) String() string {
	return s.verb + " " + s.object() + " in " + accountName(s.account)
}

// accountName is how diagnostics call an account.
func accountName(account string) string {
	if account == sendgrid.Parent {
		return "the credential's own account"
	}
	return fmt.Sprintf("account %q", account)
}

// diagnose turns the error of a call into a diagnostic: what was tried, what
// SendGrid said, and what to do about it. It is the only place that does.
func (d *providerData) diagnose(ctx context.Context, what subject, err error) diag.Diagnostic {
	detail := func(paragraphs ...string) string {
		return strings.Join(append([]string{"Could not " + what.String() + "."}, paragraphs...), "\n\n")
	}
	var failure *sendgrid.Error
	if !errors.As(err, &failure) {
		if errors.Is(err, errNotConfigured) {
			return diag.NewErrorDiagnostic("Provider not configured yet", detail(
				upperFirst(err.Error())+".",
				"Keys that exist cannot be read without it. Use a value that is known when Terraform plans, or apply in two steps: "+
					"first what the provider's configuration depends on, with -target, then the rest."))
		}
		if errors.Is(err, context.Canceled) {
			return diag.NewErrorDiagnostic("Cancelled", detail("Nothing was sent."))
		}
		return diag.NewErrorDiagnostic("Invalid request", detail(upperFirst(err.Error())+"."))
	}
	summary, advice := d.explain(ctx, what, failure)
	paragraphs := []string{upperFirst(failure.Error()) + "."}
	if unlisted := (unlistedError{}); errors.As(err, &unlisted) {
		paragraphs = append(paragraphs, "No key is made before the keys that exist are listed: should an answer get lost, the new key could not be told from them.")
	}
	if lost := (*lostAnswer)(nil); errors.As(err, &lost) {
		outcome, fate := lost.explain(what)
		paragraphs = append(paragraphs, fate)
		if outcome != "" {
			// What to do about the key comes before what to do about the network.
			summary, advice = outcome, ""
		}
	}
	if advice != "" {
		paragraphs = append(paragraphs, advice)
	}
	return diag.NewErrorDiagnostic(summary, detail(paragraphs...))
}

// explain returns the summary of a failure and what to do about it.
func (d *providerData) explain(ctx context.Context, what subject, failure *sendgrid.Error) (summary, advice string) {
	switch failure.Kind {
	case sendgrid.KindUnauthorized:
		return "SendGrid does not accept the credential",
			"The provider's api_key, or SENDGRID_API_KEY, is wrong, was revoked, or belongs to another region: " +
				"check it, and the provider's region."
	case sendgrid.KindForbidden:
		return "The credential may not do this", forbidden(what, failure.Method)
	case sendgrid.KindKeyLimit:
		return "The account holds as many API keys as it may",
			"SendGrid allows 100 keys an account. Delete keys that nothing uses, or make this one in a subuser with on_behalf_of."
	case sendgrid.KindScopesRefused:
		return "SendGrid refused scopes", d.refusedScopes(ctx, what) + " Nothing was changed."
	case sendgrid.KindKeyNotFound:
		return "The API key no longer exists",
			"It was deleted outside of Terraform since the plan was made. Plan again: Terraform will offer to make it anew."
	case sendgrid.KindRateLimited:
		advice = "Other users of the account may be using up its limit. Apply again later, with a lower -parallelism or a higher max_retries."
		if !failure.Reset.IsZero() {
			advice = fmt.Sprintf("SendGrid says that the limit resets at %s. %s", failure.Reset.UTC().Format(time.RFC3339), advice)
		}
		return "SendGrid's rate limit is used up", advice
	case sendgrid.KindServerError:
		advice = "If it persists, see https://status.sendgrid.com."
		if len(what.scopes) > 0 {
			advice = "SendGrid answers so, too, where it refuses a scope. " + d.refusedScopes(ctx, what) + " Otherwise it is an outage. " + advice
		}
		return "SendGrid failed", advice
	case sendgrid.KindMalformed:
		return "Not an answer of SendGrid's API",
			fmt.Sprintf("Something between here and SendGrid may have answered in its place: check base_url and any proxy. The state is unchanged. The host asked was %s.", d.client.Host())
	case sendgrid.KindNoResponse:
		return "No answer from SendGrid",
			fmt.Sprintf("Check that %s can be reached from where Terraform runs. The state is unchanged.", d.client.Host())
	case sendgrid.KindCancelled:
		return "Cancelled", ""
	default:
		return "SendGrid rejected the request", "The message above is SendGrid's own."
	}
}

// refusedScopes names the scopes that the credential does not hold, where that
// can be known, and says what to check where it cannot.
func (d *providerData) refusedScopes(ctx context.Context, what subject) string {
	held, err := d.held.in(ctx, what.account)
	if err != nil {
		return "A key can only be given scopes that SendGrid knows and that the provider's credential holds itself: check both."
	}
	if missing := what.scopes.Minus(held); len(missing) > 0 {
		return fmt.Sprintf("The provider's credential does not hold %s in %s, and a key cannot be given more than its maker holds: "+
			"check the spelling, or use a credential that holds them.", strings.Join(missing, ", "), accountName(what.account))
	}
	return "The provider's credential holds every scope that was asked for: check that the account's plan includes what they are for."
}

// forbidden names the scope that the credential lacks for a request.
func forbidden(what subject, method string) string {
	verb := map[string]string{
		http.MethodPost: "create", http.MethodGet: "read", http.MethodPatch: "update", http.MethodPut: "update", http.MethodDelete: "delete",
	}[method]
	advice := "The provider's credential needs the scope api_keys." + verb
	if what.account != sendgrid.Parent {
		advice += fmt.Sprintf(", and its account must be the parent of %s, which must exist", accountName(what.account))
	}
	return advice + "."
}

// gone is the warning about a key that was deleted outside of Terraform.
func (d *providerData) gone(what subject) diag.Diagnostic {
	return diag.NewWarningDiagnostic("API key deleted outside of Terraform", fmt.Sprintf(
		"SendGrid (%s) has no %s in %s. It is dropped from the state, and the plan makes it again.\n\n"+
			"If it should exist, does the provider's credential belong to that account? If not, do not apply: "+
			"correct the credential, on_behalf_of or base_url first.",
		d.client.Host(), what.object(), accountName(what.account)))
}

// noSuchKey is the error about a key that was asked for by its id.
func noSuchKey(what subject) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("id"), "No such API key", fmt.Sprintf(
		"There is no %s in %s. It is revoked already, or lives in another account: set on_behalf_of to a subuser's username to look there.",
		what.object(), accountName(what.account)))
}

func missingCredential() diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("api_key"), "Missing SendGrid credential", fmt.Sprintf(
		"The provider needs an API key that may manage API keys. Set the environment variable %s, or the provider's api_key.",
		envName("api_key")))
}

func regionChanged(recorded, configured, id string) diag.Diagnostic {
	return diag.NewErrorDiagnostic("API key lives in another region", fmt.Sprintf(
		"API key %s was made in region %q, and the provider is configured for region %q. Keys cannot move between regions.\n\n"+
			"Set the provider's region back to %q, or manage the keys of both regions with two provider blocks and an alias. "+
			"To let go of the key without revoking it, use a removed block.",
		id, recorded, configured, recorded))
}

func accountUnknown() diag.Diagnostic {
	return diag.NewErrorDiagnostic("Account known only after apply",
		"The account to ask is the provider's on_behalf_of, which is known only after apply. Use a value that is known when Terraform plans.")
}

func importOfSecret(id string) diag.Diagnostic {
	use := "the part between its first and its second dot"
	if id != "" {
		use = id
	}
	return diag.NewErrorDiagnostic("Not an id but an API key", fmt.Sprintf(
		"What was given to import is an API key, which is a secret, not its id. Import by the id: %s. "+
			"Consider the key leaked if the command is in a shell history or a log.", use))
}

func importOfNonsense() diag.Diagnostic {
	return diag.NewErrorDiagnostic("Not an API key id",
		"A key is imported by its id, such as ynfH3dkkSYfdvQRKIjcP5Q, or by its account and its id with a slash between, such as "+
			"my-subuser/ynfH3dkkSYfdvQRKIjcP5Q. The id is the middle part of the key; SendGrid's console shows it as API Key ID.")
}

func noScopesLeft(configured scopes.Set) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("scopes"), "No scopes to ask for", fmt.Sprintf(
		"SendGrid assigns %s on its own, or the provider's ignored_scopes names them, so they are not asked for, and nothing is left. "+
			"Sent like that, SendGrid would make a key with Full Access. List at least one more scope, or leave scopes out if Full Access is meant.",
		strings.Join(configured, ", ")))
}

func scopesNeedReplacement() diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("scopes"), "This change of scopes needs another key",
		"The scopes were unknown when Terraform planned an update in place, and turned out to need a new key: SendGrid cannot give "+
			"Full Access to a restricted key, nor turn a billing key into another or back. Nothing was changed. Plan again.")
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
