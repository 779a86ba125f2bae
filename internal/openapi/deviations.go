package openapi

import (
	"net/http"

	"github.com/getkin/kin-openapi/openapi3"
)

// deviation is a place where responses of SendGrid differ from its files. A test
// fails for every deviation that the emulator does not need.
type deviation struct {
	name string
	// source is where such a response was recorded.
	source string
	// apply makes the files allow that response, next to the documented one.
	apply func(*openapi3.T)
}

var deviations = []deviation{
	{
		name:   "GET of a key returns the key itself, not in a list",
		source: "Stack Overflow 46224155 (2017); integration tests of awwa/sendgrid4r (2016) and JDetmar/pulumi-sendgrid (2026)",
		apply: func(doc *openapi3.T) {
			item := doc.Paths.Value("/v3/api_keys/{api_key_id}")
			if item == nil {
				return
			}
			media := item.Get.Responses.Status(http.StatusOK).Value.Content.Get("application/json")
			bare := doc.Components.Schemas["ApiKeyScopesResponse"]
			media.Schema = openapi3.NewSchemaRef("", &openapi3.Schema{AnyOf: openapi3.SchemaRefs{media.Schema, bare}})
		},
	},
	{
		name:   "the field of an error is null",
		source: "sendgrid-php #643; the files mean it: their keyword, nullable, no longer exists in OpenAPI 3.1",
		apply: func(doc *openapi3.T) {
			// The walk has no errors of its own.
			_ = doc.WalkSchemas(func(_ string, ref *openapi3.SchemaRef) error {
				if ref.Value.Nullable {
					ref.Value.Type = &openapi3.Types{openapi3.TypeString, openapi3.TypeNull}
				}
				return nil
			})
		},
	},
	{
		name:   "an error with status 500 has a field",
		source: "Trois-Six/terraform-provider-sendgrid #6 and #10 (2021)",
		apply: func(doc *openapi3.T) {
			if response := doc.Components.Responses["GlobalError500"]; response != nil {
				response.Value.Content = openapi3.NewContentWithJSONSchemaRef(doc.Components.Schemas["ErrorResponse"])
			}
		},
	},
	{
		name:   "the list returns 400 for a wrong limit",
		source: "none: the emulator assumes it, so that it does not hide a mistake of the client",
		apply: func(doc *openapi3.T) {
			if item := doc.Paths.Value("/v3/api_keys"); item != nil {
				item.Get.Responses.Set("400", doc.Components.Responses["ApiKeysError400"])
			}
		},
	},
	{
		name:   "every operation returns 429",
		source: "anna-money/terraform-provider-sendgrid #39 (2024), Trois-Six/terraform-provider-sendgrid #6 (2021)",
		apply: func(doc *openapi3.T) {
			schema := doc.Components.Schemas["ErrorResponse"]
			for _, item := range doc.Paths.Map() {
				for _, operation := range item.Operations() {
					operation.AddResponse(http.StatusTooManyRequests, openapi3.NewResponse().
						WithDescription("").WithContent(openapi3.NewContentWithJSONSchemaRef(schema)))
				}
			}
		},
	},
}
