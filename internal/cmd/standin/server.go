package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// server is a provider whose operations all succeed at once, unless the store
// rejects what it writes.
type server struct {
	// The other methods are never called.
	tfprotov6.ProviderServer

	schemas
	// store is the URL of the store, empty if there is none.
	store string
}

func (s *server) GetMetadata(context.Context, *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	resp := &tfprotov6.GetMetadataResponse{}
	for name := range s.resources {
		resp.Resources = append(resp.Resources, tfprotov6.ResourceMetadata{TypeName: name})
	}
	return resp, nil
}

func (s *server) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &tfprotov6.GetProviderSchemaResponse{Provider: s.provider, ResourceSchemas: s.resources}, nil
}

func (s *server) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, nil
}

func (s *server) ValidateProviderConfig(_ context.Context, req *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{PreparedConfig: req.Config}, nil
}

func (s *server) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return &tfprotov6.ConfigureProviderResponse{}, nil
}

func (s *server) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return &tfprotov6.StopProviderResponse{}, nil
}

// ValidateResourceConfig rejects a version without a write-only value, as every one
// of the real providers does.
func (s *server) ValidateResourceConfig(_ context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	missing, err := s.missingWriteOnly(req.TypeName, req.Config)
	resp := &tfprotov6.ValidateResourceConfigResponse{}
	for _, name := range missing {
		resp.Diagnostics = append(resp.Diagnostics, failure("Missing required argument", name+" must be specified"))
	}
	return resp, err
}

func (s *server) UpgradeResourceState(_ context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	typ := s.resources[req.TypeName].ValueType()
	value, err := req.RawState.Unmarshal(typ)
	if err != nil {
		return nil, err
	}
	state, err := tfprotov6.NewDynamicValue(typ, value)
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &state}, err
}

func (s *server) ReadResource(_ context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return &tfprotov6.ReadResourceResponse{NewState: req.CurrentState, Private: req.Private}, nil
}

// PlanResourceChange plans the proposed state. Computed attributes of a new
// resource are unknown.
func (s *server) PlanResourceChange(_ context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	prior, err := req.PriorState.Unmarshal(s.resources[req.TypeName].ValueType())
	if err != nil {
		return nil, err
	}
	planned, err := s.change(req.TypeName, req.ProposedNewState, func(a *tfprotov6.SchemaAttribute, v tftypes.Value) tftypes.Value {
		if a.Computed && v.IsNull() && prior.IsNull() {
			return tftypes.NewValue(v.Type(), tftypes.UnknownValue)
		}
		return v
	})
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: planned, PlannedPrivate: req.PriorPrivate}, err
}

// ApplyResourceChange sends the values of write-only attributes to the store, and
// applies the planned state.
func (s *server) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	if err := s.sendWriteOnly(ctx, req.TypeName, req.Config); err != nil {
		return &tfprotov6.ApplyResourceChangeResponse{
			NewState: req.PriorState, Private: req.PlannedPrivate,
			Diagnostics: []*tfprotov6.Diagnostic{failure("The store failed", err.Error())},
		}, nil
	}
	state, err := s.change(req.TypeName, req.PlannedState, func(a *tfprotov6.SchemaAttribute, v tftypes.Value) tftypes.Value {
		switch {
		case v.IsKnown():
			return v
		case v.Type().Is(tftypes.String):
			return tftypes.NewValue(tftypes.String, "standin-"+a.Name)
		default:
			return tftypes.NewValue(v.Type(), nil)
		}
	})
	return &tfprotov6.ApplyResourceChangeResponse{NewState: state, Private: req.PlannedPrivate}, err
}

// change returns value with each attribute replaced by the result of do, and each
// write-only attribute by null.
func (s *server) change(typeName string, value *tfprotov6.DynamicValue, do func(*tfprotov6.SchemaAttribute, tftypes.Value) tftypes.Value) (*tfprotov6.DynamicValue, error) {
	schema := s.resources[typeName]
	old, err := value.Unmarshal(schema.ValueType())
	if err != nil || old.IsNull() {
		return value, err
	}
	changed, err := tftypes.Transform(old, func(path *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		a := attributeAt(schema, path)
		switch {
		case a == nil:
			return v, nil
		case a.WriteOnly:
			return tftypes.NewValue(v.Type(), nil), nil
		default:
			return do(a, v), nil
		}
	})
	if err != nil {
		return nil, err
	}
	dynamic, err := tfprotov6.NewDynamicValue(schema.ValueType(), changed)
	return &dynamic, err
}

func failure(summary, detail string) *tfprotov6.Diagnostic {
	return &tfprotov6.Diagnostic{Severity: tfprotov6.DiagnosticSeverityError, Summary: summary, Detail: detail}
}
