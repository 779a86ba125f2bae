package sendgrid

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// APIKey is what SendGrid tells of a key after it was made. The secret is not
// part of it: only [Client.CreateAPIKey] ever returns one.
type APIKey struct {
	ID   string `json:"api_key_id"`
	Name string `json:"name"`
	// Scopes are all scopes of the key, those included that SendGrid assigned on
	// its own. Their order means nothing. Lists leave them out.
	Scopes []string `json:"scopes"`
}

// CreateAPIKeyRequest is a key to be made.
type CreateAPIKeyRequest struct {
	// Name need not be unique.
	Name string
	// Scopes of a restricted key, at least one.
	Scopes []string
	// FullAccess asks for a key with all powers of its account, which SendGrid
	// makes when the scopes are left out. It excludes Scopes. It is a field of
	// its own so that a list that came out empty is an error, not Full Access.
	FullAccess bool
}

// CreatedAPIKey is a new key with its secret.
type CreatedAPIKey struct {
	APIKey
	// Secret is the whole key, "SG.<id>.<secret>". SendGrid shows it once.
	Secret string `json:"api_key"`
}

var (
	// errNoScopes stops a request that SendGrid could take for one of Full Access.
	errNoScopes           = errors.New("a restricted API key needs at least one scope")
	errScopesOfFullAccess = errors.New("an API key with Full Access takes no scopes")
)

// keyID is the shape of every id on record: base64url without padding. An id
// is a part of the path, and comes from users on import.
var keyID = pattern(`^[A-Za-z0-9_-]+$`)

// CreateAPIKey makes a key in account: POST /v3/api_keys.
//
// It is repeated only where it cannot have taken effect. After any error with
// [Error.Ambiguous] a key whose secret nobody has may exist.
func (c *Client) CreateAPIKey(ctx context.Context, account string, key CreateAPIKeyRequest) (CreatedAPIKey, error) {
	r := request{
		method:  http.MethodPost,
		path:    []string{"api_keys"},
		account: account,
	}
	switch {
	case key.FullAccess && len(key.Scopes) > 0:
		return CreatedAPIKey{}, errScopesOfFullAccess
	case !key.FullAccess && len(key.Scopes) == 0:
		return CreatedAPIKey{}, errNoScopes
	}
	r.body = struct {
		Name   string   `json:"name"`
		Scopes []string `json:"scopes,omitempty"`
	}{key.Name, key.Scopes}

	var created CreatedAPIKey
	r.decode = func(body []byte) error {
		created = CreatedAPIKey{}
		if err := json.Unmarshal(body, &created); err != nil {
			return err
		}
		if created.ID == "" || created.Secret == "" {
			return errors.New("the answer lacks the key's id or the key itself")
		}
		return nil
	}
	if err := c.do(ctx, r); err != nil {
		return CreatedAPIKey{}, err
	}
	return created, nil
}

// GetAPIKey reads a key with its scopes: GET /v3/api_keys/{id}.
func (c *Client) GetAPIKey(ctx context.Context, account, id string) (APIKey, error) {
	return c.doKey(ctx, http.MethodGet, account, id, nil)
}

// RenameAPIKey changes the name alone: PATCH /v3/api_keys/{id}.
func (c *Client) RenameAPIKey(ctx context.Context, account, id, name string) error {
	_, err := c.doKey(ctx, http.MethodPatch, account, id, struct {
		Name string `json:"name"`
	}{name})
	return err
}

// UpdateAPIKey replaces the scopes of a key, of which there must be at least
// one, and sets its name: PUT /v3/api_keys/{id}. SendGrid's answer holds no
// scopes, so none are returned.
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

// DeleteAPIKey revokes a key: DELETE /v3/api_keys/{id}. A key that is gone
// already is an error of kind [KindKeyNotFound], also where an earlier attempt
// of the same call took effect and its answer was lost.
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

// ListAPIKeys returns all keys of an account, without their scopes:
// GET /v3/api_keys. An account holds at most 100 keys and SendGrid batches by
// 500, so that one answer holds them all.
func (c *Client) ListAPIKeys(ctx context.Context, account string) ([]APIKey, error) {
	var keys []APIKey
	err := c.do(ctx, request{
		method:  http.MethodGet,
		path:    []string{"api_keys"},
		account: account,
		decode: func(body []byte) error {
			var answer struct {
				Result *[]APIKey `json:"result"`
			}
			if err := json.Unmarshal(body, &answer); err != nil {
				return err
			}
			if answer.Result == nil {
				return errors.New("the answer lacks the list of keys")
			}
			keys = *answer.Result
			return nil
		},
	})
	return keys, err
}

// doKey sends a request about one key, which SendGrid answers with that key.
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
			key = APIKey{}
			if err := json.Unmarshal(body, &key); err != nil {
				return err
			}
			if key.ID != id {
				return errors.New("the answer is not about the key that was asked for")
			}
			if method == http.MethodGet && key.Scopes == nil {
				return errors.New("the answer lacks the key's scopes")
			}
			return nil
		},
	})
	return key, err
}

// apiKey is the shape of an API key: "SG.", the id of 22 characters, and a
// secret of 43, both base64url without padding.
var apiKey = pattern(`^SG\.([A-Za-z0-9_-]{22})\.[A-Za-z0-9_-]{43}$`)

// KeyID returns the id inside an API key, its middle part, and whether key has
// the shape of one.
func KeyID(key string) (id string, ok bool) {
	parts := apiKey().FindStringSubmatch(key)
	if parts == nil {
		return "", false
	}
	return parts[1], true
}

// IsKeyID reports whether id has the shape of an API key's id.
func IsKeyID(id string) bool {
	return keyID().MatchString(id)
}

// checkID refuses what cannot be an id. It does not quote it: people paste
// whole keys where an id is asked for.
func checkID(id string) error {
	if !IsKeyID(id) {
		return fmt.Errorf("not an API key id: ids consist of letters, digits, %q and %q", "-", "_")
	}
	return nil
}
