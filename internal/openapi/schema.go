package openapi

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// compile compiles the schemas of all bodies of a file. Objects in them have no
// members but the documented ones, and in a response to success all of them: the
// files say neither, and nearly every JSON object would match their schemas.
func (s *specification) compile(doc *openapi3.T) error {
	for _, item := range doc.Paths.Map() {
		for _, operation := range item.Operations() {
			if request := operation.RequestBody; request != nil {
				if err := s.compileContent(request.Value.Content, false); err != nil {
					return err
				}
			}
			for status, response := range operation.Responses.Map() {
				success := status < strconv.Itoa(http.StatusMultipleChoices)
				if err := s.compileContent(response.Value.Content, success); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (s *specification) compileContent(content openapi3.Content, complete bool) error {
	for _, media := range content {
		err := media.Schema.WalkSubtree(func(_ string, ref *openapi3.SchemaRef) error {
			ref.Ref = "" // Encode the schema in its place.
			if schema := ref.Value; len(schema.Properties) > 0 {
				schema.AdditionalProperties.Has = new(bool)
				if complete {
					schema.Required = slices.Sorted(maps.Keys(schema.Properties))
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if s.bodies[media], err = compileSchema(media.Schema.Value); err != nil {
			return err
		}
	}
	return nil
}

// compileSchema compiles a schema of OpenAPI 3.1, which is one of JSON Schema
// 2020-12.
func compileSchema(schema *openapi3.Schema) (*jsonschema.Schema, error) {
	data, err := json.Marshal(schema)
	if err != nil {
		return nil, err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	const name = "openapi:body" // It begins every error.
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	if err := compiler.AddResource(name, value); err != nil {
		return nil, err
	}
	return compiler.Compile(name)
}
