package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

var _ function.Function = apiKeyIDFunction{}

// apiKeyIDFunction is the function api_key_id.
type apiKeyIDFunction struct{}

func newAPIKeyIDFunction() function.Function {
	return apiKeyIDFunction{}
}

func (apiKeyIDFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "api_key_id"
}

func (apiKeyIDFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "The id of an API key",
		MarkdownDescription: "Returns the id of a SendGrid API key, which is its middle part. Use the id to look up, " +
			"import, or revoke a leaked or stored key. A value that does not have the format of an API key is an error. " +
			"If the key is sensitive, the id is sensitive, too.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "key",
				MarkdownDescription: "A complete API key: `SG.`, 22 characters, a dot, and 43 characters.",
			},
		},
		Return: function.StringReturn{},
	}
}

func (apiKeyIDFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var key string
	if resp.Error = req.Arguments.Get(ctx, &key); resp.Error != nil {
		return
	}
	id, ok := sendgrid.KeyID(key)
	if !ok {
		resp.Error = function.NewArgumentFuncError(0,
			"This is not a SendGrid API key. A key consists of \"SG.\", an id of 22 characters, a dot and 43 more characters. The value is not shown, in case it is a secret")
		return
	}
	resp.Error = resp.Result.Set(ctx, id)
}
