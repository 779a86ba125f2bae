package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/secretstore"
)

// missingWriteOnly returns the write-only attributes of a configuration that are
// null while their version is set.
func (s *server) missingWriteOnly(typeName string, config *tfprotov6.DynamicValue) (missing []string, err error) {
	attributes, err := s.attributes(typeName, config)
	if err != nil {
		return nil, err
	}
	for _, a := range s.resources[typeName].Block.Attributes {
		if !a.WriteOnly || !attributes[a.Name].IsNull() {
			continue
		}
		for _, suffix := range []string{"_version", "_revision"} {
			if version, ok := attributes[a.Name+suffix]; ok && !version.IsNull() {
				missing = append(missing, a.Name)
			}
		}
	}
	return missing, nil
}

// sendWriteOnly sends the values of write-only attributes in a configuration to the
// store. A resource that is destroyed has none.
func (s *server) sendWriteOnly(ctx context.Context, typeName string, config *tfprotov6.DynamicValue) error {
	attributes, err := s.attributes(typeName, config)
	if err != nil || attributes == nil || s.store == "" {
		return err
	}
	var entry secretstore.Entry
	if name, ok := attributes["name"]; ok && !name.IsNull() {
		if err := name.As(&entry.Name); err != nil {
			return err
		}
	}
	for _, a := range s.resources[typeName].Block.Attributes {
		value := attributes[a.Name]
		if !a.WriteOnly || value.IsNull() {
			continue
		}
		if entry.Value, err = text(value); err != nil {
			return err
		}
		if err := s.send(ctx, entry); err != nil {
			return err
		}
	}
	return nil
}

func (s *server) send(ctx context.Context, entry secretstore.Entry) error {
	body, err := json.Marshal(entry)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.store, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	reason, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err == nil && resp.StatusCode != http.StatusOK {
		err = errors.New(string(reason))
	}
	return err
}

// attributes returns the attributes of a resource's configuration, or nil if the
// resource is destroyed.
func (s *server) attributes(typeName string, config *tfprotov6.DynamicValue) (map[string]tftypes.Value, error) {
	value, err := config.Unmarshal(s.resources[typeName].ValueType())
	if err != nil {
		return nil, err
	}
	var attributes map[string]tftypes.Value
	err = value.As(&attributes)
	return attributes, err
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
