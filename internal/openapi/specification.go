package openapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// specification is what a set of OpenAPI files says together.
type specification struct {
	operations []routers.Router
	server     *url.URL
	// bodies are the compiled schemas of all bodies. The validator would compile
	// them again for every exchange, which doubles the time of a test run.
	bodies map[*openapi3.MediaType]*jsonschema.Schema
}

// load reads all JSON files of a directory, with the deviations.
func load(dir fs.FS, deviations []deviation) (*specification, error) {
	names, err := fs.Glob(dir, "*.json")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, errors.New("no OpenAPI files")
	}
	s := &specification{bodies: make(map[*openapi3.MediaType]*jsonschema.Schema)}
	for _, name := range names {
		data, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, err
		}
		if err := s.add(data, deviations); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return s, nil
}

// add adds the operations of a file.
func (s *specification) add(data []byte, deviations []deviation) error {
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return err
	}
	for _, d := range deviations {
		d.apply(doc)
	}
	// The examples are older than what they show: that of PUT has scopes.
	router, err := legacy.NewRouter(doc, openapi3.DisableExamplesValidation())
	if err != nil {
		return err
	}
	s.operations = append(s.operations, router)
	if s.server, err = url.Parse(doc.Servers[0].URL); err != nil {
		return err
	}
	return s.compile(doc)
}

// validateRequest returns an error unless the files allow the request.
func (s *specification) validateRequest(r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if base := strings.Index(r.URL.Path, "/v3/"); base > 0 {
		// The base URL of a proxy can have a path, which the proxy removes.
		r = r.Clone(r.Context())
		r.URL.Path = r.URL.Path[base:]
	}
	input, err := s.find(r)
	if err != nil {
		return err
	}
	operation := input.Route.Operation
	for name := range r.URL.Query() {
		if operation.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) == nil {
			return fmt.Errorf("undocumented query parameter %q", name)
		}
	}
	if err := openapi3filter.ValidateRequest(r.Context(), input); err != nil {
		return err
	}
	var content openapi3.Content
	if operation.RequestBody != nil {
		content = operation.RequestBody.Value.Content
	}
	return s.validateBody(content, r.Header, string(body))
}

// validateResponse returns an error unless the files allow the response. They
// allow every response to an operation that they do not document, which is an
// error of validateRequest.
func (s *specification) validateResponse(r *http.Request, status int, header http.Header, body string) error {
	input, err := s.find(r)
	if err != nil {
		return nil //nolint:nilerr // See above.
	}
	response := input.Route.Operation.Responses.Status(status)
	if response == nil {
		return errors.New("undocumented status")
	}
	return s.validateBody(response.Value.Content, header, body)
}

func (s *specification) validateBody(content openapi3.Content, header http.Header, body string) error {
	if len(content) == 0 {
		if body != "" {
			return errors.New("undocumented body")
		}
		return nil
	}
	media := content.Get(header.Get("Content-Type"))
	if media == nil {
		return fmt.Errorf("undocumented content type %q", header.Get("Content-Type"))
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
	if err != nil {
		return fmt.Errorf("the body is not JSON: %w", err)
	}
	return s.bodies[media].Validate(value)
}

// find returns the operation that a request is for, whatever host it was sent to.
func (s *specification) find(r *http.Request) (*openapi3filter.RequestValidationInput, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = s.server.Scheme, s.server.Host
	for _, router := range s.operations {
		route, params, err := router.FindRoute(r)
		// The router finds the operation of an id for an empty id as well.
		if err != nil || strings.Count(route.Path, "/") != strings.Count(r.URL.Path, "/") || strings.HasSuffix(r.URL.Path, "/") {
			continue
		}
		return &openapi3filter.RequestValidationInput{
			Request:    r,
			PathParams: params,
			Route:      route,
			Options: &openapi3filter.Options{
				ExcludeRequestBody: true,
				AuthenticationFunc: authenticate,
			},
		}, nil
	}
	return nil, errors.New("undocumented operation")
}

// authenticate accepts every credential of the documented security scheme.
func authenticate(_ context.Context, input *openapi3filter.AuthenticationInput) error {
	scheme, credential, _ := strings.Cut(input.RequestValidationInput.Request.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, input.SecurityScheme.Scheme) || credential == "" {
		return fmt.Errorf("no %s credential", input.SecurityScheme.Scheme)
	}
	return nil
}
