package sendgrid

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
)

// ListScopes returns the scopes that the credential holds, in account:
// GET /v3/scopes. It needs no scope itself.
func (c *Client) ListScopes(ctx context.Context, account string) ([]string, error) {
	var held []string
	err := c.do(ctx, request{
		method:  http.MethodGet,
		path:    []string{"scopes"},
		account: account,
		decode: func(body []byte) error {
			var answer struct {
				Scopes []string `json:"scopes"`
			}
			if err := json.Unmarshal(body, &answer); err != nil {
				return err
			}
			if answer.Scopes == nil {
				return errors.New("the answer lacks the scopes")
			}
			held = answer.Scopes
			return nil
		},
	})
	return held, err
}
