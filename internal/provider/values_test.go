package provider

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// attrs are the attributes of a configuration, the missing ones being null:
// strings, []string, map[string]string, numbers, unknown{} or a tftypes.Value.
type attrs map[string]any

// unknown stands for a value that is known after apply.
type unknown struct{}

// valueTyper is a schema of any kind.
type valueTyper interface{ ValueType() tftypes.Type }

func objectType(t *testing.T, schema valueTyper) tftypes.Object {
	t.Helper()
	typ, ok := schema.ValueType().(tftypes.Object)
	if !ok {
		t.Fatalf("the schema is of type %s, not an object", schema.ValueType())
	}
	return typ
}

// object builds a value of an object type.
func object(t *testing.T, typ tftypes.Object, given attrs) tftypes.Value {
	t.Helper()
	values := make(map[string]tftypes.Value, len(typ.AttributeTypes))
	for name, attributeType := range typ.AttributeTypes {
		values[name] = terraformValue(attributeType, given[name])
	}
	for name := range given {
		if _, known := values[name]; !known {
			t.Fatalf("no attribute %q", name)
		}
	}
	return tftypes.NewValue(typ, values)
}

func terraformValue(typ tftypes.Type, v any) tftypes.Value {
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

func attribute(t *testing.T, v tftypes.Value, name string) tftypes.Value {
	t.Helper()
	values := as[map[string]tftypes.Value](t, v)
	value, ok := values[name]
	if !ok {
		t.Fatalf("no attribute %q in %s", name, v)
	}
	return value
}

// goValue returns nil for null, unknown{}, or a string, a bool, the strings of a
// map, or the sorted strings of a set or a list.
func goValue(t *testing.T, v tftypes.Value) any {
	t.Helper()
	switch {
	case !v.IsKnown():
		return unknown{}
	case v.IsNull():
		return nil
	case v.Type().Is(tftypes.String):
		return as[string](t, v)
	case v.Type().Is(tftypes.Bool):
		return as[bool](t, v)
	case v.Type().Is(tftypes.Map{}):
		values := map[string]string{}
		for k, element := range as[map[string]tftypes.Value](t, v) {
			values[k] = as[string](t, element)
		}
		return values
	default:
		names := []string{}
		for _, element := range as[[]tftypes.Value](t, v) {
			names = append(names, as[string](t, element))
		}
		slices.Sort(names)
		return names
	}
}

// as decodes a value that is known and not null.
func as[T any](t *testing.T, v tftypes.Value) T {
	t.Helper()
	var decoded T
	if err := v.As(&decoded); err != nil {
		t.Fatal(err)
	}
	return decoded
}
