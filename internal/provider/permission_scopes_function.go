package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

var _ function.Function = permissionScopesFunction{}

// permissionScopesFunction is the function permission_scopes.
type permissionScopesFunction struct{}

func newPermissionScopesFunction() function.Function {
	return permissionScopesFunction{}
}

func (permissionScopesFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "permission_scopes"
}

func (permissionScopesFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Scopes of permission groups",
		MarkdownDescription: "Returns the scopes that SendGrid's console selects for permission groups and their levels, " +
			"such as `{ mail_send = \"full\", stats = \"read\" }`. Quote the names of subgroups: " +
			"`{ \"stats.browser\" = \"read\" }`. The guide [Permission groups](../guides/permission-groups.md) lists all groups and what each level grants. " +
			"An unknown group or level is an error. `billing` together with any other group is also an error, because SendGrid does not create such keys.",
		Parameters: []function.Parameter{
			function.MapParameter{
				Name:                "levels",
				MarkdownDescription: "Level, `read` or `full`, of each permission group. An omitted group grants nothing.",
				ElementType:         types.StringType,
			},
		},
		Return: function.SetReturn{ElementType: types.StringType},
	}
}

func (permissionScopesFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var given map[string]types.String
	if resp.Error = req.Arguments.Get(ctx, &given); resp.Error != nil {
		return
	}
	levels := map[string]string{}
	for group, level := range given {
		if level.IsNull() {
			resp.Error = function.NewArgumentFuncError(0, fmt.Sprintf("The level of permission group %s is null. Omit the group if it grants nothing", quoted(group)))
			return
		}
		levels[group] = level.ValueString()
	}
	granted, err := scopes.Default().Permissions(levels)
	if err != nil {
		// Terraform adds the full stop.
		resp.Error = function.NewArgumentFuncError(0, sendgrid.Redact(strings.TrimSuffix(sentence(err), ".")))
		return
	}
	resp.Error = resp.Result.Set(ctx, scopesValue(granted))
}
