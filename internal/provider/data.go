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

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// providerData is what Configure hands to resources and data sources.
type providerData struct {
	// client is never nil. Where the credential is not known yet, its calls
	// return an error that says so.
	client *sendgrid.Client
	region string
	// account is the provider's on_behalf_of, "" for the credential's own
	// account. It is unknown where the configuration is, never null.
	account types.String
	policy  scopes.Policy
	// held knows the scopes of the credential, ownID its id as an API key.
	held  *heldScopes
	ownID string
	// keys makes keys, open are those that are to be revoked in the end.
	keys *keyMaker
	open *openKeys
}

// errNotConfigured is what an unusable client returns.
var errNotConfigured = errors.New("provider not configured")

// newProviderData makes the one client that everything of a provider shares.
func (p *sendgridProvider) newProviderData(s settings, terraformVersion string) (*providerData, diag.Diagnostics) {
	data := &providerData{
		region:  s.region,
		account: types.StringValue(s.onBehalfOf),
		policy:  scopes.NewPolicy(s.ignoredScopes...),
		open:    cmp.Or(p.open, &openKeys{}),
	}
	if s.unknown("region") {
		data.region = ""
	}
	if s.unknown("on_behalf_of") {
		data.account = types.StringUnknown()
	}
	if missing := s.missing(); len(missing) > 0 {
		data.use(sendgrid.NewUnusable(fmt.Errorf("%w: %s known only after apply", errNotConfigured, strings.Join(missing, ", "))))
		return data, nil
	}
	options := sendgrid.Options{
		APIKey:         s.apiKey,
		BaseURL:        s.baseURL,
		UserAgent:      fmt.Sprintf("terraform-provider-sendgrid/%s Terraform/%s", p.version, terraformVersion),
		RequestTimeout: s.requestTimeout,
		MaxRetries:     s.maxRetries,
		Observe:        logAttempt,
	}
	if p.tune != nil {
		p.tune(&options)
	}
	var diags diag.Diagnostics
	client, err := sendgrid.New(options)
	if err != nil {
		diags.AddError("Invalid base_url", err.Error())
		return nil, diags
	}
	data.use(client)
	data.keys.retries = s.maxRetries
	if p.patience != nil {
		data.keys.patience = *p.patience
	}
	data.ownID, _ = sendgrid.KeyID(s.apiKey)
	return data, diags
}

// accountOr returns account, or the provider's default where account is null.
func (d *providerData) accountOr(account types.String) types.String {
	if account.IsNull() {
		return d.account
	}
	return account
}

// accountToAsk returns the account that the configuration of something that only
// reads asks about.
func (d *providerData) accountToAsk(configured types.String) (string, diag.Diagnostics) {
	account := d.accountOr(configured)
	if account.IsUnknown() {
		return "", diag.Diagnostics{accountUnknown()}
	}
	return account.ValueString(), nil
}

// listKeys returns the keys of an account whose names begin with prefix, sorted
// by name, then id.
func (d *providerData) listKeys(ctx context.Context, account, prefix string) ([]sendgrid.APIKey, error) {
	keys, err := d.client.ListAPIKeys(ctx, account)
	keys = slices.DeleteFunc(keys, func(k sendgrid.APIKey) bool { return !strings.HasPrefix(k.Name, prefix) })
	slices.SortFunc(keys, func(a, b sendgrid.APIKey) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	return keys, err
}

func (d *providerData) use(client *sendgrid.Client) {
	d.client = client
	d.held = newHeldScopes(client)
	d.keys = &keyMaker{client: client, policy: d.policy, patience: defaultPatience(), accounts: map[string]*accountKeys{}}
}

// unconfigured is what a resource starts with, so that it has a client in
// every RPC, also in those that come before Configure.
func unconfigured() *providerData {
	data := &providerData{
		account: types.StringValue(sendgrid.Parent),
		// Nothing is compared before Configure, and the catalogue takes its time: a
		// provider that only tells its schema does not read it.
		policy: scopes.Policy{},
		open:   &openKeys{},
	}
	data.use(sendgrid.NewUnusable(errNotConfigured))
	return data
}

// withProviderData is embedded by everything that Configure is called on.
type withProviderData struct {
	*providerData
}

// configure takes over the data of the provider. Terraform also calls Configure
// before the provider is configured, with nil.
func (w *withProviderData) configure(data any, diags *diag.Diagnostics) {
	if data == nil {
		return
	}
	d, ok := data.(*providerData)
	if !ok {
		diags.AddError("Unexpected provider data", fmt.Sprintf("Got %T. Please report this to the provider's developers.", data))
		return
	}
	w.providerData = d
}
