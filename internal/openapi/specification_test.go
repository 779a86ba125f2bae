package openapi

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

// colors is a file in the format of SendGrid's.
const colors = `{
  "openapi": "3.1.0",
  "info": {"title": "Colors", "version": "1"},
  "security": [{"BearerAuth": []}],
  "servers": [{"url": "https://api.example.com"}],
  "paths": {
    "/v3/colors": {
      "get": {
        "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}}],
        "responses": {"200": {"description": "", "content": {"application/json": {"schema": {
          "type": "object", "properties": {"result": {"type": "array", "items": {"$ref": "#/components/schemas/Color"}}}
        }}}}}
      }
    },
    "/v3/colors/{id}": {
      "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
      "put": {
        "requestBody": {"content": {"application/json": {"schema": {
          "type": "object", "properties": {"name": {"type": "string"}, "hue": {"type": "integer"}}, "required": ["name"]
        }}}},
        "responses": {"204": {"description": ""}}
      }
    }
  },
  "components": {
    "schemas": {"Color": {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}},
    "securitySchemes": {"BearerAuth": {"type": "http", "scheme": "bearer"}}
  }
}`

func loadColors(t *testing.T) *specification {
	t.Helper()
	s, err := load(fstest.MapFS{"colors.json": {Data: []byte(colors)}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func request(t *testing.T, method, target, body string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer secret")
	r.Header.Set("Content-Type", "application/json")
	return r
}

// expect fails the test unless err contains want, or is nil for no want.
func expect(t *testing.T, err error, want string) {
	t.Helper()
	if want == "" && err != nil {
		t.Errorf("got %v, want no error", err)
	}
	if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
		t.Errorf("got %v, want %q", err, want)
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	s := loadColors(t)
	for _, tt := range []struct {
		name    string
		request *http.Request
		want    string
	}{
		{"a list", request(t, "GET", "/v3/colors", ""), ""},
		{"a documented query", request(t, "GET", "/v3/colors?limit=5", ""), ""},
		{"a query of the wrong type", request(t, "GET", "/v3/colors?limit=x", ""), `parameter "limit" in query`},
		{"another query", request(t, "GET", "/v3/colors?offset=5", ""), `undocumented query parameter "offset"`},
		{"a body where none belongs", request(t, "GET", "/v3/colors", "{}"), "undocumented body"},
		{"a change", request(t, "PUT", "/v3/colors/red", `{"name":"Red"}`), ""},
		{"a missing member", request(t, "PUT", "/v3/colors/red", `{"hue":0}`), "missing property 'name'"},
		{"another member", request(t, "PUT", "/v3/colors/red", `{"name":"Red","key":1}`), "'key' not allowed"},
		{"a member of the wrong type", request(t, "PUT", "/v3/colors/red", `{"name":null}`), "at '/name': got null, want string"},
		{"no JSON", request(t, "PUT", "/v3/colors/red", "name=Red"), "not JSON"},
		{"another method", request(t, "PATCH", "/v3/colors/red", `{"name":"Red"}`), "undocumented operation"},
		{"another path", request(t, "GET", "/v3/shapes", ""), "undocumented operation"},
		{"an empty id", request(t, "PUT", "/v3/colors/", `{"name":"Red"}`), "undocumented operation"},
		{"no id", request(t, "PUT", "/v3/colors", `{"name":"Red"}`), "undocumented operation"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			expect(t, s.validateRequest(tt.request), tt.want)
		})
	}
}

func TestRequestHeaders(t *testing.T) {
	t.Parallel()
	s := loadColors(t)
	for _, tt := range []struct{ header, value, want string }{
		{"Authorization", "", "no bearer credential"},
		{"Authorization", "Bearer ", "no bearer credential"},
		{"Authorization", "Basic YTpi", "no bearer credential"},
		{"Content-Type", "text/plain", `undocumented content type "text/plain"`},
	} {
		r := request(t, "PUT", "/v3/colors/red", `{"name":"Red"}`)
		r.Header.Set(tt.header, tt.value)
		expect(t, s.validateRequest(r), tt.want)
	}
}

func TestResponses(t *testing.T) {
	t.Parallel()
	const jsonType = "application/json"
	list := func() *http.Request { return request(t, "GET", "/v3/colors", "") }
	put := func() *http.Request { return request(t, "PUT", "/v3/colors/red", `{"name":"Red"}`) }
	s := loadColors(t)
	for _, tt := range []struct {
		name              string
		request           *http.Request
		status            int
		contentType, body string
		want              string
	}{
		{"an empty list", list(), 200, jsonType, `{"result":[]}`, ""},
		{"a list", list(), 200, jsonType, `{"result":[{"id":"red","name":"Red"}]}`, ""},
		{"no list", list(), 200, jsonType, `{}`, "missing property 'result'"},
		{"an incomplete item", list(), 200, jsonType, `{"result":[{"id":"red"}]}`, "missing property 'name'"},
		{"another member", list(), 200, jsonType, `{"result":[],"more":1}`, "'more' not allowed"},
		{"a page", list(), 200, "text/html", "<html>", `undocumented content type "text/html"`},
		{"a cut body", list(), 200, jsonType, `{"resu`, "not JSON"},
		{"another status", list(), 500, jsonType, `{}`, "undocumented status"},
		{"no content", put(), 204, "", "", ""},
		{"a body where none belongs", put(), 204, jsonType, `{}`, "undocumented body"},
		{"an undocumented operation", request(t, "GET", "/v3/shapes", ""), 404, "text/html", "<html>", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{"Content-Type": {tt.contentType}}
			expect(t, s.validateResponse(tt.request, tt.status, header, tt.body), tt.want)
		})
	}
}
