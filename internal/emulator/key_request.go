package emulator

import (
	"encoding/json"
	"io"
	"net/http"
)

// keyRequest is the body of a request that creates or changes a key.
type keyRequest struct {
	name   string
	scopes json.RawMessage
}

// readKeyRequest reads the body of a request, and reports whether it is a JSON
// object with a name that the rules accept. The body is decoded into a map
// because for structs encoding/json ignores the case of member names.
func readKeyRequest(r *http.Request, rules NameRules) (req keyRequest, ok bool) {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return keyRequest{}, false
	}
	var body map[string]json.RawMessage
	if json.Unmarshal(data, &body) != nil {
		return keyRequest{}, false
	}
	req = keyRequest{scopes: body["scopes"]}
	var name *string // Nil for null.
	if json.Unmarshal(body["name"], &name) != nil || name == nil {
		return keyRequest{}, false
	}
	req.name, ok = rules.apply(*name)
	return req, ok
}

// scopeNames returns the requested scopes, and reports whether they are a list
// of strings. They are nil if the body has no scopes, and empty but not nil for
// [] and null.
func (req keyRequest) scopeNames() ([]string, bool) {
	if req.scopes == nil {
		return nil, true
	}
	names := []string{}
	err := json.Unmarshal(req.scopes, &names)
	if names == nil {
		names = []string{}
	}
	return names, err == nil
}

func nameExpected() Response {
	return errorResponse(http.StatusBadRequest, "", "expected JSON request body with 'name' property")
}

// scopesExpected rejects scopes that are not a list, or are an empty one. The
// response is assumed.
func scopesExpected() Response {
	return errorResponse(http.StatusBadRequest, "scopes", "expected a list with at least one scope")
}
