package emulator

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// Response is a complete HTTP response. As a handler, it sends itself in
// response to every request.
type Response struct {
	Status int
	Header http.Header
	Body   string
}

// ServeHTTP writes the response, with its length unless the status is 204.
func (resp Response) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	for name, values := range resp.Header {
		w.Header()[name] = values
	}
	if resp.Status != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(len(resp.Body)))
	}
	w.WriteHeader(resp.Status)
	_, _ = io.WriteString(w, resp.Body) // Fails if the client has disconnected.
}

func newResponse(status int, contentType, body string) Response {
	return Response{status, http.Header{"Content-Type": {contentType}}, body}
}

// jsonResponse encodes v as SendGrid does: compact, without a final newline.
func jsonResponse(status int, v any) Response {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // Every v is a type of this package.
	}
	return newResponse(status, "application/json", strings.TrimSuffix(buf.String(), "\n"))
}

// errorResponse returns an error in SendGrid's format. An empty field is null.
func errorResponse(status int, field, message string) Response {
	type item struct {
		Field   *string `json:"field"`
		Message string  `json:"message"`
	}
	e := item{Message: message}
	if field != "" {
		e.Field = &field
	}
	return jsonResponse(status, struct {
		Errors []item `json:"errors"`
	}{[]item{e}})
}

// recorder is an http.ResponseWriter that keeps what a handler writes, so that
// a request can take effect without the client receiving the response.
type recorder struct {
	status int
	header http.Header
	body   strings.Builder
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

// record returns the handler's response to the request.
func record(h http.Handler, r *http.Request) Response {
	rec := &recorder{status: http.StatusOK, header: make(http.Header)}
	h.ServeHTTP(rec, r)
	return Response{rec.status, rec.header, rec.body.String()}
}
