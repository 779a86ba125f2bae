package sendgrid

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
)

// ListScopes returns the scopes that the credential has in account, in no
// particular order: GET /v3/scopes. It requires no scope.
func (c *Client) ListScopes(ctx context.Context, account string) ([]string, error) {
	var scopes []string
	err := c.do(ctx, request{
		method:  http.MethodGet,
		path:    []string{"scopes"},
		account: account,
		decode: func(body []byte) error {
			var response struct {
				Scopes []string `json:"scopes"`
			}
			if err := json.Unmarshal(body, &response); err != nil {
				return err
			}
			if response.Scopes == nil {
				return errors.New("the response lacks the scopes")
			}
			scopes = response.Scopes
			return nil
		},
	})
	return scopes, err
}
