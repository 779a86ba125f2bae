package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	actionschema "github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	providerschema "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// toyProvider has one schema of each kind. Together they use every feature of
// schemas that the converter supports.
type toyProvider struct {
	config providerschema.Schema
}

func newToyProvider() *toyProvider {
	return &toyProvider{config: providerschema.Schema{
		MarkdownDescription: "The *toy* provider.",
		Attributes: map[string]providerschema.Attribute{
			"token": providerschema.StringAttribute{Optional: true, Sensitive: true, Description: "Text with <angles> & more."},
			"old":   providerschema.BoolAttribute{Optional: true, DeprecationMessage: "Leave it out."},
		},
	}}
}

func (p *toyProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "toy"
}

func (p *toyProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = p.config
}

func (*toyProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (*toyProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return toyResource{} }}
}

func (*toyProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return toyDataSource{} }}
}

func (*toyProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return toyEphemeral{} }}
}

func (*toyProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{func() list.ListResource { return toyList{} }}
}

func (*toyProvider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{func() action.Action { return toyAction{} }}
}

func (*toyProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{func() function.Function { return toyFunction{} }}
}

// toyResource implements only the methods that describe it, like the types below.
type toyResource struct{ resource.Resource }

func (toyResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "toy_thing"
}

func (toyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	leaf := map[string]resourceschema.Attribute{
		"name": resourceschema.StringAttribute{Required: true, Description: "Its name."},
	}
	resp.Schema = resourceschema.Schema{
		Version:            3,
		Description:        "A thing.",
		DeprecationMessage: "Use something else.",
		Attributes: map[string]resourceschema.Attribute{
			"id":      resourceschema.StringAttribute{Computed: true},
			"both":    resourceschema.StringAttribute{Optional: true, Computed: true},
			"secret":  resourceschema.StringAttribute{Optional: true, Sensitive: true, WriteOnly: true},
			"bool":    resourceschema.BoolAttribute{Optional: true},
			"number":  resourceschema.NumberAttribute{Optional: true},
			"any":     resourceschema.DynamicAttribute{Optional: true},
			"strings": resourceschema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Some `strings`."},
			"lists":   resourceschema.MapAttribute{Optional: true, ElementType: types.ListType{ElemType: types.Int64Type}},
			"object": resourceschema.ObjectAttribute{
				Optional:       true,
				AttributeTypes: map[string]attr.Type{"a": types.StringType, "b": types.SetType{ElemType: types.BoolType}},
			},
			"one":  resourceschema.SingleNestedAttribute{Optional: true, Attributes: leaf},
			"many": resourceschema.ListNestedAttribute{Optional: true, NestedObject: resourceschema.NestedAttributeObject{Attributes: leaf}},
			"set":  resourceschema.SetNestedAttribute{Optional: true, NestedObject: resourceschema.NestedAttributeObject{Attributes: leaf}},
			"map": resourceschema.MapNestedAttribute{
				Computed: true,
				NestedObject: resourceschema.NestedAttributeObject{Attributes: map[string]resourceschema.Attribute{
					"deep": resourceschema.SingleNestedAttribute{Computed: true, Attributes: map[string]resourceschema.Attribute{
						"value": resourceschema.Float64Attribute{Computed: true},
					}},
				}},
			},
		},
		Blocks: map[string]resourceschema.Block{
			"single_block": resourceschema.SingleNestedBlock{Attributes: leaf, Description: "A block."},
			"set_block":    resourceschema.SetNestedBlock{NestedObject: resourceschema.NestedBlockObject{Attributes: leaf}},
			"list_block": resourceschema.ListNestedBlock{NestedObject: resourceschema.NestedBlockObject{
				Blocks: map[string]resourceschema.Block{"inner": resourceschema.SingleNestedBlock{Attributes: leaf}},
			}},
		},
	}
}

func (toyResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Version: 1,
		Attributes: map[string]identityschema.Attribute{
			"id":      identityschema.StringAttribute{RequiredForImport: true, Description: "The ID."},
			"account": identityschema.StringAttribute{OptionalForImport: true},
		},
	}
}

type toyDataSource struct{ datasource.DataSource }

func (toyDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "toy_thing"
}

func (toyDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = datasourceschema.Schema{Attributes: map[string]datasourceschema.Attribute{
		"id": datasourceschema.StringAttribute{Required: true},
	}}
}

type toyEphemeral struct{ ephemeral.EphemeralResource }

func (toyEphemeral) Metadata(_ context.Context, _ ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = "toy_token"
}

func (toyEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = ephemeralschema.Schema{Attributes: map[string]ephemeralschema.Attribute{
		"token": ephemeralschema.StringAttribute{Computed: true, Sensitive: true},
	}}
}

type toyList struct{ list.ListResource }

func (toyList) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "toy_thing"
}

func (toyList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = listschema.Schema{Attributes: map[string]listschema.Attribute{
		"prefix": listschema.StringAttribute{Optional: true},
	}}
}

type toyAction struct{ action.Action }

func (toyAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = "toy_ring"
}

func (toyAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = actionschema.Schema{
		Description: "Rings.",
		Attributes: map[string]actionschema.Attribute{
			"times": actionschema.Int64Attribute{Required: true},
		},
	}
}

type toyFunction struct{ function.Function }

func (toyFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "join"
}

func (toyFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary:             "Joins.",
		MarkdownDescription: "Joins `parts`.",
		DeprecationMessage:  "Use the built-in one.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "separator", Description: "Between the parts.", AllowNullValue: true},
		},
		VariadicParameter: function.SetParameter{Name: "parts", ElementType: types.StringType},
		Return:            function.MapReturn{ElementType: types.StringType},
	}
}
