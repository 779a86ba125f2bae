package provider

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// server drives a provider over its protocol, in-process and without a CLI. It
// does what Terraform core does, so that a test sees every diagnostic and counts
// every request of a single RPC.
type server struct {
	t *testing.T
	// ctx is the context of every RPC.
	ctx context.Context
	tfprotov6.ProviderServer

	schemas *tfprotov6.GetProviderSchemaResponse
	// keyType and identityType are the types of a sendgrid_api_key.
	keyType, identityType tftypes.Object
}

const keyResource = "sendgrid_api_key"

// newServer returns a server that is not configured yet.
func newServer(t *testing.T, p *sendgridProvider) *server {
	t.Helper()
	s := &server{t: t, ctx: t.Context(), ProviderServer: providerserver.NewProtocol6(p)()}
	var err error
	s.schemas, err = s.GetProviderSchema(s.ctx, &tfprotov6.GetProviderSchemaRequest{})
	s.must(err)
	diagnostics(s.schemas.Diagnostics).requireNone(t)
	identities, err := s.GetResourceIdentitySchemas(s.ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	s.must(err)
	diagnostics(identities.Diagnostics).requireNone(t)
	s.keyType = objectType(t, s.schemas.ResourceSchemas[keyResource])
	s.identityType = objectType(t, identities.IdentitySchemas[keyResource])
	return s
}

// configure configures the provider.
func (s *server) configure(config attrs) diagnostics {
	s.t.Helper()
	resp, err := s.ConfigureProvider(s.ctx, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4",
		Config:           s.config(s.schemas.Provider, config),
	})
	s.must(err)
	return resp.Diagnostics
}

// validateProvider validates a provider block.
func (s *server) validateProvider(config attrs) diagnostics {
	s.t.Helper()
	resp, err := s.ValidateProviderConfig(s.ctx, &tfprotov6.ValidateProviderConfigRequest{
		Config: s.config(s.schemas.Provider, config),
	})
	s.must(err)
	return resp.Diagnostics
}

// validateKey validates a resource block.
func (s *server) validateKey(config attrs) diagnostics {
	s.t.Helper()
	resp, err := s.ValidateResourceConfig(s.ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: keyResource,
		Config:   s.config(s.schemas.ResourceSchemas[keyResource], config),
	})
	s.must(err)
	return resp.Diagnostics
}

// validateData validates a data block.
func (s *server) validateData(name string, config attrs) diagnostics {
	s.t.Helper()
	resp, err := s.ValidateDataResourceConfig(s.ctx, &tfprotov6.ValidateDataResourceConfigRequest{
		TypeName: name,
		Config:   s.config(s.schemas.DataSourceSchemas[name], config),
	})
	s.must(err)
	return resp.Diagnostics
}

// readData reads a data source.
func (s *server) readData(name string, config attrs) (tftypes.Value, diagnostics) {
	s.t.Helper()
	schema := s.schemas.DataSourceSchemas[name]
	resp, err := s.ReadDataSource(s.ctx, &tfprotov6.ReadDataSourceRequest{
		TypeName: name,
		Config:   s.config(schema, config),
	})
	s.must(err)
	diags := diagnostics(resp.Diagnostics)
	if diags.hasErrors() {
		return tftypes.Value{}, diags
	}
	v, err := resp.State.Unmarshal(schema.ValueType())
	s.must(err)
	return v, diags
}

func (s *server) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// config encodes the attributes of a block.
func (s *server) config(schema valueTyper, config attrs) *tfprotov6.DynamicValue {
	s.t.Helper()
	typ := objectType(s.t, schema)
	return s.dynamic(typ, object(s.t, typ, config))
}

func (s *server) dynamic(typ tftypes.Type, v tftypes.Value) *tfprotov6.DynamicValue {
	s.t.Helper()
	d, err := tfprotov6.NewDynamicValue(typ, v)
	s.must(err)
	return &d
}

// value decodes a key.
func (s *server) value(d *tfprotov6.DynamicValue) tftypes.Value {
	s.t.Helper()
	v, err := d.Unmarshal(s.keyType)
	s.must(err)
	return v
}
