package main

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// ImportResourceState imports a resource of which nothing is known but its id.
func (s *server) ImportResourceState(_ context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	typ, ok := s.resources[req.TypeName].ValueType().(tftypes.Object)
	if !ok {
		return nil, fmt.Errorf("%s is not an object", req.TypeName)
	}
	attributes := map[string]tftypes.Value{}
	for name, attribute := range typ.AttributeTypes {
		attributes[name] = tftypes.NewValue(attribute, nil)
	}
	attributes["id"] = tftypes.NewValue(tftypes.String, req.ID)
	state, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, attributes))
	return &tfprotov6.ImportResourceStateResponse{
		ImportedResources: []*tfprotov6.ImportedResource{{TypeName: req.TypeName, State: &state}},
	}, err
}
