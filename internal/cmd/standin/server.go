package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// server is a provider whose operations all succeed at once.
type server struct {
	// The other methods are never called.
	tfprotov6.ProviderServer

	schemas
	// received is the name of the file for values of write-only attributes.
	received string
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

func (s *server) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
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

// ApplyResourceChange applies the planned state, and records the values of
// write-only attributes.
func (s *server) ApplyResourceChange(_ context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	if err := s.recordWriteOnly(req.TypeName, req.Config); err != nil {
		return nil, err
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

// recordWriteOnly appends the values of write-only attributes in a configuration
// to the file of received values.
func (s *server) recordWriteOnly(typeName string, config *tfprotov6.DynamicValue) error {
	schema := s.resources[typeName]
	value, err := config.Unmarshal(schema.ValueType())
	if err != nil {
		return err
	}
	return tftypes.Walk(value, func(path *tftypes.AttributePath, v tftypes.Value) (bool, error) {
		if a := attributeAt(schema, path); a == nil || !a.WriteOnly || v.IsNull() {
			return true, nil
		}
		text, err := text(v)
		if err != nil {
			return false, err
		}
		line, err := json.Marshal(text)
		if err != nil {
			return false, err
		}
		file, err := os.OpenFile(s.received, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return false, err
		}
		_, err = file.Write(append(line, '\n'))
		if closed := file.Close(); err == nil {
			err = closed
		}
		return false, err
	})
}

// text returns a string's value, or all elements of a map as one string.
func text(v tftypes.Value) (string, error) {
	if v.Type().Is(tftypes.String) {
		var s string
		err := v.As(&s)
		return s, err
	}
	var elements map[string]tftypes.Value
	if err := v.As(&elements); err != nil {
		return "", err
	}
	all := map[string]string{}
	for key, element := range elements {
		s, err := text(element)
		if err != nil {
			return "", err
		}
		all[key] = s
	}
	return fmt.Sprint(all), nil
}
