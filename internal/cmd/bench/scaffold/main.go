// Command scaffold is the least that a provider can be: one resource with one
// attribute, and nothing behind it. The benchmark compares start, memory and
// size of the provider with it.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

func main() {
	err := providerserver.Serve(context.Background(), func() provider.Provider { return scaffold{} }, providerserver.ServeOpts{
		Address: "registry.terraform.io/terraform-sendgrid/scaffold",
	})
	if err != nil {
		log.Fatal(err)
	}
}

type scaffold struct{}

func (scaffold) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "scaffold"
}

func (scaffold) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (scaffold) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (scaffold) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (scaffold) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return empty{} }}
}

// empty is a resource that does nothing.
type empty struct{}

func (empty) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_empty"
}

func (empty) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true},
	}}
}

func (empty) Create(context.Context, resource.CreateRequest, *resource.CreateResponse) {}

func (empty) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (empty) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}

func (empty) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
