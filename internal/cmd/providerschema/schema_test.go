package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
)

func TestProviderSchemas(t *testing.T) {
	t.Parallel()

	schemas, err := providerSchemas(t.Context(), "toy", providerserver.NewProtocol6(newToyProvider())())
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(schemas, "", "  ")
	if err != nil {
		t.Fatal(err)
	}

	want, err := os.ReadFile("testdata/toy.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, bytes.TrimSpace(want)) {
		t.Errorf("the schemas differ from testdata/toy.json:\n%s", got)
	}
}

func TestProviderSchemasInvalid(t *testing.T) {
	t.Parallel()

	toy := newToyProvider()
	toy.config.Attributes["Bad-Name"] = schema.StringAttribute{Optional: true}

	_, err := providerSchemas(t.Context(), "toy", providerserver.NewProtocol6(toy)())
	if err == nil || !strings.Contains(err.Error(), "Bad-Name") {
		t.Errorf("got error %v, want one about the invalid name", err)
	}
}

func TestRun(t *testing.T) {
	t.Parallel()

	var out bytes.Buffer
	if err := run(t.Context(), &out); err != nil {
		t.Fatal(err)
	}

	var schemas struct {
		Providers map[string]struct {
			Resources map[string]json.RawMessage `json:"resource_schemas"`
		} `json:"provider_schemas"`
	}
	if err := json.Unmarshal(out.Bytes(), &schemas); err != nil {
		t.Fatal(err)
	}
	if _, ok := schemas.Providers["sendgrid"].Resources["sendgrid_api_key"]; !ok {
		t.Errorf("sendgrid_api_key is missing in:\n%s", out.Bytes())
	}
}
