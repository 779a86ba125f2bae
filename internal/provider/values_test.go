package provider

import (
	"fmt"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func objectType(t *testing.T, typ tftypes.Type) tftypes.Object {
	t.Helper()
	object, ok := typ.(tftypes.Object)
	if !ok {
		t.Fatalf("schema is of type %s, not an object", typ)
	}
	return object
}

func hasErrors(diags []*tfprotov6.Diagnostic) bool {
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return true
		}
	}
	return false
}

// texts renders diagnostics: severity, attribute, summary and detail.
func texts(diags []*tfprotov6.Diagnostic) string {
	var out string
	for _, d := range diags {
		out += fmt.Sprintf("%s %s: %s\n%s\n", d.Severity, d.Attribute, d.Summary, d.Detail)
	}
	return out
}

// object builds a value of an object type.
func object(t *testing.T, typ tftypes.Object, given attrs) tftypes.Value {
	t.Helper()
	values := make(map[string]tftypes.Value, len(typ.AttributeTypes))
	for name, attributeType := range typ.AttributeTypes {
		values[name] = terraformValue(t, attributeType, given[name])
	}
	for name := range given {
		if _, known := values[name]; !known {
			t.Fatalf("no attribute %q", name)
		}
	}
	return tftypes.NewValue(typ, values)
}

func terraformValue(t *testing.T, typ tftypes.Type, v any) tftypes.Value {
	t.Helper()
	switch v := v.(type) {
	case tftypes.Value:
		return v
	case []string:
		elements := make([]tftypes.Value, len(v))
		for i, s := range v {
			elements[i] = tftypes.NewValue(tftypes.String, s)
		}
		return tftypes.NewValue(typ, elements)
	case map[string]string:
		elements := make(map[string]tftypes.Value, len(v))
		for k, s := range v {
			elements[k] = tftypes.NewValue(tftypes.String, s)
		}
		return tftypes.NewValue(typ, elements)
	case unknown:
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	default:
		return tftypes.NewValue(typ, v)
	}
}

// unknown stands for a value that is known after apply.
type unknown struct{}

func attribute(t *testing.T, v tftypes.Value, name string) tftypes.Value {
	t.Helper()
	var values map[string]tftypes.Value
	if err := v.As(&values); err != nil {
		t.Fatal(err)
	}
	return values[name]
}

func goValue(t *testing.T, v tftypes.Value) any {
	t.Helper()
	switch {
	case !v.IsKnown():
		return unknown{}
	case v.IsNull():
		return nil
	case v.Type().Is(tftypes.String):
		var s string
		if err := v.As(&s); err != nil {
			t.Fatal(err)
		}
		return s
	default:
		var elements []tftypes.Value
		if err := v.As(&elements); err != nil {
			t.Fatal(err)
		}
		names := []string{}
		for _, e := range elements {
			name, ok := goValue(t, e).(string)
			if !ok {
				t.Fatalf("element %s is no string", e)
			}
			names = append(names, name)
		}
		slices.Sort(names)
		return names
	}
}
