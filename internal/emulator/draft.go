package emulator

import (
	"encoding/json"
	"io"
	"net/http"
)

// draft is the body of a request that makes or changes a key.
type draft struct {
	name   string
	scopes json.RawMessage
}

// readDraft reads a request's body and reports whether it is a JSON object with
// a name; that an empty name is none is assumed. Members are told by their exact
// names, which encoding/json insists on for maps only.
func readDraft(r *http.Request) (draft, bool) {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return draft{}, false
	}
	var body map[string]json.RawMessage
	if json.Unmarshal(data, &body) != nil {
		return draft{}, false
	}
	d := draft{scopes: body["scopes"]}
	if json.Unmarshal(body["name"], &d.name) != nil {
		return draft{}, false
	}
	return d, d.name != ""
}

// names returns the scopes asked for and reports whether they make sense: nil
// when the body does not mention them, not nil but empty for [] and for null.
func (d draft) names() ([]string, bool) {
	if d.scopes == nil {
		return nil, true
	}
	names := []string{}
	err := json.Unmarshal(d.scopes, &names)
	if names == nil {
		names = []string{}
	}
	return names, err == nil
}

func nameExpected() Answer {
	return failure(http.StatusBadRequest, "", "expected JSON request body with 'name' property")
}

// scopesExpected refuses scopes that are no list, or an empty one. What SendGrid
// says to them is not on record.
func scopesExpected() Answer {
	return failure(http.StatusBadRequest, "scopes", "expected a list with at least one scope")
}
