package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// schemas are the schemas of one provider.
type schemas struct {
	provider  *tfprotov6.Schema
	resources map[string]*tfprotov6.Schema
}

// The subset of terraform-json's format that secret stores use. It has no nested
// attributes and no map blocks.
type (
	schemaJSON struct {
		Version int64     `json:"version"`
		Block   blockJSON `json:"block"`
	}
	blockJSON struct {
		Attributes map[string]attributeJSON `json:"attributes"`
		Blocks     map[string]struct {
			Nesting string    `json:"nesting_mode"`
			Block   blockJSON `json:"block"`
			Min     int64     `json:"min_items"`
			Max     int64     `json:"max_items"`
		} `json:"block_types"`
	}
	attributeJSON struct {
		Type      json.RawMessage `json:"type"`
		Required  bool            `json:"required"`
		Optional  bool            `json:"optional"`
		Computed  bool            `json:"computed"`
		Sensitive bool            `json:"sensitive"`
		WriteOnly bool            `json:"write_only"`
	}
)

// parseSchemas returns the schemas of the only provider in data.
func parseSchemas(data []byte) (schemas, error) {
	var file struct {
		Providers map[string]struct {
			Provider  schemaJSON            `json:"provider"`
			Resources map[string]schemaJSON `json:"resource_schemas"`
		} `json:"provider_schemas"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return schemas{}, err
	}
	for _, p := range file.Providers {
		provider, err := p.Provider.schema()
		if err != nil {
			return schemas{}, err
		}
		all := schemas{provider: provider, resources: map[string]*tfprotov6.Schema{}}
		for name, resource := range p.Resources {
			if all.resources[name], err = resource.schema(); err != nil {
				return schemas{}, fmt.Errorf("%s: %w", name, err)
			}
		}
		return all, nil
	}
	return schemas{}, errors.New("no provider")
}

func (s schemaJSON) schema() (*tfprotov6.Schema, error) {
	block, err := s.Block.block()
	return &tfprotov6.Schema{Version: s.Version, Block: block}, err
}

func (b blockJSON) block() (*tfprotov6.SchemaBlock, error) {
	block := &tfprotov6.SchemaBlock{}
	for _, name := range slices.Sorted(maps.Keys(b.Attributes)) {
		a := b.Attributes[name]
		//nolint:staticcheck // Deprecated for use outside Terraform, but the format is Terraform's.
		typ, err := tftypes.ParseJSONType(a.Type)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		block.Attributes = append(block.Attributes, &tfprotov6.SchemaAttribute{
			Name: name, Type: typ, Required: a.Required, Optional: a.Optional, Computed: a.Computed,
			Sensitive: a.Sensitive, WriteOnly: a.WriteOnly,
		})
	}
	for _, name := range slices.Sorted(maps.Keys(b.Blocks)) {
		nested := b.Blocks[name]
		nesting, known := map[string]tfprotov6.SchemaNestedBlockNestingMode{
			"single": tfprotov6.SchemaNestedBlockNestingModeSingle,
			"list":   tfprotov6.SchemaNestedBlockNestingModeList,
			"set":    tfprotov6.SchemaNestedBlockNestingModeSet,
		}[nested.Nesting]
		if !known {
			return nil, fmt.Errorf("%s: nesting mode %q", name, nested.Nesting)
		}
		inner, err := nested.Block.block()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		block.BlockTypes = append(block.BlockTypes, &tfprotov6.SchemaNestedBlock{
			TypeName: name, Block: inner, Nesting: nesting, MinItems: nested.Min, MaxItems: nested.Max,
		})
	}
	return block, nil
}

// attributeAt returns the attribute at a path, or nil if the path is that of a
// block or an element.
func attributeAt(schema *tfprotov6.Schema, path *tftypes.AttributePath) *tfprotov6.SchemaAttribute {
	block := schema.Block
	steps := path.Steps()
	for i, step := range steps {
		name, ok := step.(tftypes.AttributeName)
		if !ok {
			continue // The index of a nested block.
		}
		for _, a := range block.Attributes {
			if a.Name == string(name) && i == len(steps)-1 {
				return a
			}
		}
		nested := slices.IndexFunc(block.BlockTypes, func(b *tfprotov6.SchemaNestedBlock) bool { return b.TypeName == string(name) })
		if nested < 0 {
			return nil
		}
		block = block.BlockTypes[nested].Block
	}
	return nil
}
