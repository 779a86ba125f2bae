package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// services is what Configure of the provider hands on to its resources, data
// sources and actions.
type services struct {
	api *api
	// keys creates keys, open holds those that have to be revoked in the end.
	keys *keys.Maker
	open *keys.OpenKeys
	// preflight finds out what would make apply fail.
	preflight *preflight
	// deliveries hand over the secrets that are not in state.
	deliveries *keys.Deliveries
}

// api is SendGrid's API as one provider block configures it.
type api struct {
	// client is never nil. While the configuration is unknown, its calls return
	// errNotConfigured.
	client *sendgrid.Client
	// region is empty while it is unknown, and if base_url leads to no region in
	// particular.
	region string
	// account is the provider's on_behalf_of: "" for the credential's own account,
	// unknown where the configuration is, never null.
	account types.String
	policy  scopes.Policy
	// held reports the scopes of the credential.
	held *keys.HeldScopes
	// ownID is the id of the credential, empty if the credential is not an API key.
	ownID  string
	timing keys.Timing
	// terraformVersion is the version of the CLI.
	terraformVersion string
}

// isOwnKey reports whether the provider uses the key as its credential.
func (a *api) isOwnKey(id string) bool {
	return a.ownID != "" && id == a.ownID
}

// errNotConfigured is what the client returns while the configuration is unknown.
var errNotConfigured = errors.New("provider not configured")

// newServices returns services that send their requests with client.
func newServices(client *sendgrid.Client, configured api, retries int, open *keys.OpenKeys) *services {
	configured.client = client
	configured.held = keys.NewHeldScopes(client)
	maker := keys.NewMaker(client, keys.Options{Retries: retries, Timing: configured.timing})
	return &services{
		api: &configured, keys: maker, open: open,
		preflight: &preflight{client: client, held: configured.held, keys: maker}, deliveries: keys.NewDeliveries(client),
	}
}

// servicesFrom returns what Configure of the provider handed on. Terraform also
// configures resources before the provider, without data. They get a client that
// returns an error, so that no RPC finds a nil client.
func servicesFrom(data any, diags *diag.Diagnostics) *services {
	configured, ok := data.(*services)
	if ok {
		return configured
	}
	if data != nil {
		diags.AddError("Unexpected provider data",
			fmt.Sprintf("The provider received data of type %T. This is a bug in the provider. Please report it to its developers.", data))
	}
	// The policy stays empty: nothing is compared before the provider is
	// configured, and reading the catalog would slow down every start.
	return newServices(sendgrid.NewUnusable(errNotConfigured), api{account: types.StringValue(sendgrid.Parent)}, 0, &keys.OpenKeys{})
}

// listKeys returns the keys of an account whose names begin with prefix, sorted
// by name, then id.
func (a *api) listKeys(ctx context.Context, account, prefix string) ([]sendgrid.APIKey, error) {
	listed, err := a.client.ListAPIKeys(ctx, account)
	listed = slices.DeleteFunc(listed, func(k sendgrid.APIKey) bool { return !hasNamePrefix(k.Name, prefix) })
	slices.SortFunc(listed, func(a, b sendgrid.APIKey) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	return listed, err
}
