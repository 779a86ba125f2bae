package sendgrid

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// APIKey is an API key as SendGrid returns it, without its secret. Only
// [Client.CreateAPIKey] returns the secret.
type APIKey struct {
	// ID identifies the key.
	ID string `json:"api_key_id"`
	// Name need not be unique.
	Name string `json:"name"`
	// Scopes are all scopes of the key in no particular order, including those
	// that SendGrid assigned automatically. Lists of keys do not have them.
	Scopes []string `json:"scopes"`
}

// CreateAPIKeyRequest describes an API key to be created.
type CreateAPIKeyRequest struct {
	// Name need not be unique.
	Name string
	// Scopes are the scopes of a restricted key, at least one.
	Scopes []string
	// FullAccess requests a key with all scopes of its account, and excludes
	// Scopes. SendGrid creates such a key if the request has no scopes. FullAccess
	// makes that explicit, so that an accidentally empty list is an error.
	FullAccess bool
	// Exists, if set, reports whether a key with an id existed before. A response
	// with such an id is malformed.
	Exists func(id string) bool
}

// CreatedAPIKey is a new API key with its secret.
type CreatedAPIKey struct {
	APIKey
	// Secret is the whole key, "SG.<id>.<secret>". SendGrid returns it only once.
	Secret string `json:"api_key"`
}

// Errors of requests that SendGrid could understand as requests for Full Access.
var (
	errNoScopes             = errors.New("a restricted API key needs at least one scope")
	errFullAccessWithScopes = errors.New("an API key with Full Access takes no scopes")
)

// CreateAPIKey creates a key in account: POST /v3/api_keys.
//
// The request is retried only if the failed attempt cannot have taken effect. If
// [Error.Ambiguous] is true for the error, the key may exist and its secret is
// lost.
func (c *Client) CreateAPIKey(ctx context.Context, account string, key CreateAPIKeyRequest) (CreatedAPIKey, error) {
	switch {
	case key.FullAccess && len(key.Scopes) > 0:
		return CreatedAPIKey{}, errFullAccessWithScopes
	case !key.FullAccess && len(key.Scopes) == 0:
		return CreatedAPIKey{}, errNoScopes
	}
	var created CreatedAPIKey
	err := c.do(ctx, request{
		method:  http.MethodPost,
		path:    []string{"api_keys"},
		account: account,
		body: struct {
			Name   string   `json:"name"`
			Scopes []string `json:"scopes,omitempty"`
		}{key.Name, key.Scopes},
		decode: func(body []byte) error {
			created = CreatedAPIKey{}
			if err := json.Unmarshal(body, &created); err != nil {
				return err
			}
			switch {
			case created.ID == "" || created.Secret == "":
				return errors.New("the response lacks the key's id or secret")
			case !IsKeyID(created.ID), !strings.HasPrefix(created.Secret, "SG."+created.ID+"."):
				// A gateway may have replaced the secret.
				return errors.New("the response does not have the id and the secret of an API key")
			case key.Exists != nil && key.Exists(created.ID):
				return errors.New("the response has the id of a key that existed before")
			}
			return nil
		},
	})
	if err != nil {
		return CreatedAPIKey{}, err
	}
	return created, nil
}

// GetAPIKey returns a key with its scopes: GET /v3/api_keys/{id}. If the key
// does not exist, [IsKeyNotFound] is true for the error.
func (c *Client) GetAPIKey(ctx context.Context, account, id string) (APIKey, error) {
	return c.doKey(ctx, http.MethodGet, account, id, nil)
}

// RenameAPIKey changes the name of a key and nothing else:
// PATCH /v3/api_keys/{id}. If the key does not exist, [IsKeyNotFound] is true
// for the error.
func (c *Client) RenameAPIKey(ctx context.Context, account, id, name string) error {
	_, err := c.doKey(ctx, http.MethodPatch, account, id, struct {
		Name string `json:"name"`
	}{name})
	return err
}

// UpdateAPIKey sets the name and replaces the scopes of a key, which needs at
// least one: PUT /v3/api_keys/{id}. SendGrid's response contains no scopes, so
// none are returned. If the key does not exist, [IsKeyNotFound] is true for the
// error.
func (c *Client) UpdateAPIKey(ctx context.Context, account, id, name string, scopes []string) error {
	if len(scopes) == 0 {
		return errNoScopes
	}
	_, err := c.doKey(ctx, http.MethodPut, account, id, struct {
		Name   string   `json:"name"`
		Scopes []string `json:"scopes"`
	}{name, scopes})
	return err
}

// DeleteAPIKey revokes a key: DELETE /v3/api_keys/{id}. If the key does not
// exist, [IsKeyNotFound] is true for the error. That includes a key that an
// earlier attempt of the same call deleted.
func (c *Client) DeleteAPIKey(ctx context.Context, account, id string) error {
	if err := checkID(id); err != nil {
		return err
	}
	return c.do(ctx, request{
		method:  http.MethodDelete,
		path:    []string{"api_keys", id},
		account: account,
	})
}

// ListAPIKeys returns all keys of an account without their scopes:
// GET /v3/api_keys. SendGrid returns up to 500 keys in one response, and an
// account has at most 100.
func (c *Client) ListAPIKeys(ctx context.Context, account string) ([]APIKey, error) {
	var keys []APIKey
	err := c.do(ctx, request{
		method:  http.MethodGet,
		path:    []string{"api_keys"},
		account: account,
		decode: func(body []byte) error {
			var response struct {
				Result *[]APIKey `json:"result"`
			}
			if err := json.Unmarshal(body, &response); err != nil {
				return err
			}
			if response.Result == nil {
				return errors.New("the response lacks the list of keys")
			}
			keys = *response.Result
			return nil
		},
	})
	return keys, err
}

// doKey sends a request about a key, to which SendGrid responds with that key.
func (c *Client) doKey(ctx context.Context, method, account, id string, body any) (APIKey, error) {
	if err := checkID(id); err != nil {
		return APIKey{}, err
	}
	var key APIKey
	err := c.do(ctx, request{
		method:  method,
		path:    []string{"api_keys", id},
		account: account,
		body:    body,
		decode: func(body []byte) error {
			var response keyResponse
			if err := json.Unmarshal(body, &response); err != nil {
				return err
			}
			key = response.APIKey
			if method == http.MethodGet && key.ID == "" && len(response.Result) == 1 {
				key = response.Result[0]
			}
			if key.ID != id {
				return errors.New("the response is not about the requested key")
			}
			if method == http.MethodGet && key.Scopes == nil {
				return errors.New("the response lacks the key's scopes")
			}
			return nil
		},
	})
	return key, err
}

// keyResponse is a response with one key. All recorded ones are the key itself.
// SendGrid's OpenAPI files document a list for GET.
type keyResponse struct {
	APIKey
	Result []APIKey `json:"result"`
}

// checkID returns an error if id cannot be a key's id. An id is part of the
// path and may be user input. The error does not quote it, because users paste
// whole API keys by mistake.
func checkID(id string) error {
	if !IsKeyID(id) {
		return fmt.Errorf("not an API key id: ids consist of letters, digits, %q and %q", "-", "_")
	}
	return nil
}
