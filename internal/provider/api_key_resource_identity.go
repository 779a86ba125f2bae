package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// apiKeyIdentity distinguishes a key from every other key. It never changes.
type apiKeyIdentity struct {
	ID types.String `tfsdk:"id"`
	// OnBehalfOf is null for the credential's own account.
	OnBehalfOf types.String `tfsdk:"on_behalf_of"`
}

func apiKeyIdentitySchema() identityschema.Schema {
	return identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"id": identityschema.StringAttribute{
				Description:       "The key's id (api_key_id).",
				RequiredForImport: true,
			},
			"on_behalf_of": identityschema.StringAttribute{
				Description:       "Account of the key: a subuser's username or \"account-id <id>\". Null stands for the credential's own account.",
				OptionalForImport: true,
			},
		},
	}
}

// setIdentity writes the identity of a key. Terraform before 1.12 has none.
func setIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, id, account string) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	value := apiKeyIdentity{ID: types.StringValue(id), OnBehalfOf: types.StringNull()}
	if account != sendgrid.Parent {
		value.OnBehalfOf = types.StringValue(account)
	}
	return identity.Set(ctx, value)
}
