package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// accountDescription describes every attribute on_behalf_of but the provider's.
const accountDescription = "Account to use: a subuser's username, or `account-id <id>` for a customer account. " +
	"Defaults to the provider's `on_behalf_of`. Set it to `\"\"` for the credential's own account. " +
	"See [Subusers and regions](../guides/subusers-and-regions.md)."

// accountOr returns account, or the provider's default if account is null.
func (a *api) accountOr(account types.String) types.String {
	if account.IsNull() {
		return a.account
	}
	return account
}

// knownAccount returns the account that a configuration refers to. It fails if
// the account is known only after apply.
func (a *api) knownAccount(configured types.String) (string, diag.Diagnostics) {
	account := a.accountOr(configured)
	if account.IsUnknown() {
		return "", diag.Diagnostics{accountUnknown()}
	}
	return account.ValueString(), nil
}

func accountUnknown() diag.Diagnostic {
	return diag.NewErrorDiagnostic("Account known only after apply",
		"The provider's on_behalf_of selects the account, and its value is unknown until apply. Use a value that is known when Terraform plans.")
}

// accountName is what diagnostics call an account.
func accountName(account string) string {
	if account == sendgrid.Parent {
		return "the credential's own account"
	}
	return "account " + quoted(account)
}

// checkAccount rejects what names no account. It does not quote the value.
func checkAccount(value string) error {
	words := strings.Fields(value)
	switch {
	case sendgrid.SecretPattern().MatchString(value):
		return errors.New(`must be a subuser's username or "account-id <id>", not an API key, which is a secret`)
	case strings.TrimSpace(value) != value || strings.ContainsFunc(value, unicode.IsControl):
		return errors.New(`must be a subuser's username or "account-id <id>", without spaces around it`)
	case len(words) > 0 && words[0] == "account-id" && len(words) != 2:
		return errors.New(`must have one id after "account-id", such as "account-id 42"`)
	default:
		return nil
	}
}

// accountValidator applies checkAccount.
type accountValidator struct{}

var _ validator.String = accountValidator{}

func (accountValidator) Description(context.Context) string {
	return "must be a subuser's username, \"account-id <id>\", or empty for the credential's own account"
}

func (v accountValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (accountValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := checkAccount(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid on_behalf_of", fmt.Sprintf("The account %s.", err))
	}
}
