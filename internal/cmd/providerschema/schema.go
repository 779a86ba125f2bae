package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// providerSchemas returns all schemas of the server under the given name.
func providerSchemas(ctx context.Context, name string, server tfprotov6.ProviderServer) (*tfjson.ProviderSchemas, error) {
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return nil, err
	}
	if err := diagnosticsError(append(schemas.Diagnostics, identities.Diagnostics...)); err != nil {
		return nil, err
	}

	var c converter
	result := &tfjson.ProviderSchemas{
		FormatVersion: "1.0",
		Schemas: map[string]*tfjson.ProviderSchema{name: {
			ConfigSchema:             c.schema(schemas.Provider),
			ResourceSchemas:          mapValues(schemas.ResourceSchemas, c.schema),
			DataSourceSchemas:        mapValues(schemas.DataSourceSchemas, c.schema),
			EphemeralResourceSchemas: mapValues(schemas.EphemeralResourceSchemas, c.schema),
			ListResourceSchemas:      mapValues(schemas.ListResourceSchemas, c.schema),
			StateStoreSchemas:        mapValues(schemas.StateStoreSchemas, c.schema),
			ActionSchemas:            mapValues(schemas.ActionSchemas, c.action),
			Functions:                mapValues(schemas.Functions, c.function),
			ResourceIdentitySchemas:  mapValues(identities.IdentitySchemas, c.identity),
		}},
	}

	return result, c.err
}

func diagnosticsError(diagnostics []*tfprotov6.Diagnostic) error {
	var errs []error
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			errs = append(errs, fmt.Errorf("%s: %s", d.Summary, d.Detail))
		}
	}

	return errors.Join(errs...)
}

// converter converts schemas of the plugin protocol to those of terraform-json.
// It keeps the first error, so that its methods can be nested.
type converter struct {
	err error
}

func (c *converter) schema(in *tfprotov6.Schema) *tfjson.Schema {
	if in == nil {
		return nil
	}

	return &tfjson.Schema{Version: uint64(in.Version), Block: c.block(in.Block)}
}

func (c *converter) action(in *tfprotov6.ActionSchema) *tfjson.ActionSchema {
	return &tfjson.ActionSchema{Block: c.block(in.Schema.Block)}
}

func (c *converter) block(in *tfprotov6.SchemaBlock) *tfjson.SchemaBlock {
	out := &tfjson.SchemaBlock{
		Attributes:      c.attributes(in.Attributes),
		NestedBlocks:    make(map[string]*tfjson.SchemaBlockType, len(in.BlockTypes)),
		Description:     in.Description,
		DescriptionKind: descriptionKind(in.DescriptionKind),
		Deprecated:      in.Deprecated,
	}
	for _, b := range in.BlockTypes {
		out.NestedBlocks[b.TypeName] = &tfjson.SchemaBlockType{
			NestingMode: c.blockNesting(b.Nesting),
			Block:       c.block(b.Block),
			MinItems:    uint64(b.MinItems),
			MaxItems:    uint64(b.MaxItems),
		}
	}

	return out
}

func (c *converter) attributes(in []*tfprotov6.SchemaAttribute) map[string]*tfjson.SchemaAttribute {
	out := make(map[string]*tfjson.SchemaAttribute, len(in))
	for _, a := range in {
		attribute := &tfjson.SchemaAttribute{
			Description:     a.Description,
			DescriptionKind: descriptionKind(a.DescriptionKind),
			Deprecated:      a.Deprecated,
			Required:        a.Required,
			Optional:        a.Optional,
			Computed:        a.Computed,
			Sensitive:       a.Sensitive,
			WriteOnly:       a.WriteOnly,
		}
		if a.NestedType == nil {
			attribute.AttributeType = c.valueType(a.Type)
		} else {
			attribute.AttributeNestedType = &tfjson.SchemaNestedAttributeType{
				Attributes:  c.attributes(a.NestedType.Attributes),
				NestingMode: c.attributeNesting(a.NestedType.Nesting),
			}
		}
		out[a.Name] = attribute
	}

	return out
}

func (c *converter) identity(in *tfprotov6.ResourceIdentitySchema) *tfjson.IdentitySchema {
	out := &tfjson.IdentitySchema{
		Version:    uint64(in.Version),
		Attributes: make(map[string]*tfjson.IdentityAttribute, len(in.IdentityAttributes)),
	}
	for _, a := range in.IdentityAttributes {
		out.Attributes[a.Name] = &tfjson.IdentityAttribute{
			IdentityType:      c.valueType(a.Type),
			Description:       a.Description,
			RequiredForImport: a.RequiredForImport,
			OptionalForImport: a.OptionalForImport,
		}
	}

	return out
}

func (c *converter) function(in *tfprotov6.Function) *tfjson.FunctionSignature {
	out := &tfjson.FunctionSignature{
		Description:        in.Description,
		Summary:            in.Summary,
		DeprecationMessage: in.DeprecationMessage,
		ReturnType:         c.valueType(in.Return.Type),
	}
	for _, p := range in.Parameters {
		out.Parameters = append(out.Parameters, c.parameter(p))
	}
	if in.VariadicParameter != nil {
		out.VariadicParameter = c.parameter(in.VariadicParameter)
	}

	return out
}

func (c *converter) parameter(in *tfprotov6.FunctionParameter) *tfjson.FunctionParameter {
	return &tfjson.FunctionParameter{
		Name:        in.Name,
		Description: in.Description,
		IsNullable:  in.AllowNullValue,
		Type:        c.valueType(in.Type),
	}
}

// valueType converts a type through JSON, which is the same in both type systems.
func (c *converter) valueType(in tftypes.Type) cty.Type {
	encoded, err := json.Marshal(in)
	if err != nil {
		c.fail(err)
		return cty.NilType
	}
	out, err := ctyjson.UnmarshalType(encoded)
	if err != nil {
		c.fail(err)
	}

	return out
}

func (c *converter) blockNesting(in tfprotov6.SchemaNestedBlockNestingMode) tfjson.SchemaNestingMode {
	switch in {
	case tfprotov6.SchemaNestedBlockNestingModeSingle:
		return tfjson.SchemaNestingModeSingle
	case tfprotov6.SchemaNestedBlockNestingModeGroup:
		return tfjson.SchemaNestingModeGroup
	case tfprotov6.SchemaNestedBlockNestingModeList:
		return tfjson.SchemaNestingModeList
	case tfprotov6.SchemaNestedBlockNestingModeSet:
		return tfjson.SchemaNestingModeSet
	case tfprotov6.SchemaNestedBlockNestingModeMap:
		return tfjson.SchemaNestingModeMap
	default:
		c.fail(fmt.Errorf("unknown block nesting mode: %s", in))
		return ""
	}
}

func (c *converter) attributeNesting(in tfprotov6.SchemaObjectNestingMode) tfjson.SchemaNestingMode {
	switch in {
	case tfprotov6.SchemaObjectNestingModeSingle:
		return tfjson.SchemaNestingModeSingle
	case tfprotov6.SchemaObjectNestingModeList:
		return tfjson.SchemaNestingModeList
	case tfprotov6.SchemaObjectNestingModeSet:
		return tfjson.SchemaNestingModeSet
	case tfprotov6.SchemaObjectNestingModeMap:
		return tfjson.SchemaNestingModeMap
	default:
		c.fail(fmt.Errorf("unknown attribute nesting mode: %s", in))
		return ""
	}
}

func (c *converter) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

func descriptionKind(in tfprotov6.StringKind) tfjson.SchemaDescriptionKind {
	if in == tfprotov6.StringKindMarkdown {
		return tfjson.SchemaDescriptionKindMarkdown
	}

	return tfjson.SchemaDescriptionKindPlain
}

func mapValues[In, Out any](in map[string]In, convert func(In) Out) map[string]Out {
	out := make(map[string]Out, len(in))
	for name, v := range in {
		out[name] = convert(v)
	}

	return out
}
