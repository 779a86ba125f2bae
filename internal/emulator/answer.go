package emulator

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// Answer is a whole response. It is a handler that answers every request with
// itself.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// ServeHTTP writes the answer and, where a body may be, its length.
func (a Answer) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	for name, values := range a.Header {
		w.Header()[name] = values
	}
	if a.Status != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(len(a.Body)))
	}
	w.WriteHeader(a.Status)
	_, _ = io.WriteString(w, a.Body) // Fails when the client is gone.
}

// answer returns an answer with a body of the given type.
func answer(status int, contentType, body string) Answer {
	return Answer{status, http.Header{"Content-Type": {contentType}}, body}
}

// jsonAnswer returns v as SendGrid writes it: compact, without a newline.
func jsonAnswer(status int, v any) Answer {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // Only this package's own types get here.
	}
	return answer(status, "application/json", strings.TrimSuffix(buf.String(), "\n"))
}

// failure returns an error in SendGrid's shape. An empty field is null.
func failure(status int, field, message string) Answer {
	type item struct {
		Field   *string `json:"field"`
		Message string  `json:"message"`
	}
	e := item{Message: message}
	if field != "" {
		e.Field = &field
	}
	return jsonAnswer(status, struct {
		Errors []item `json:"errors"`
	}{[]item{e}})
}

// recorder is the http.ResponseWriter that makes an Answer of what a handler
// writes, so that a request can take effect without being answered.
type recorder struct {
	status int
	header http.Header
	body   strings.Builder
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

// record returns what the handler answers to the request.
func record(h http.Handler, r *http.Request) Answer {
	rec := &recorder{status: http.StatusOK, header: make(http.Header)}
	h.ServeHTTP(rec, r)
	return Answer{rec.status, rec.header, rec.body.String()}
}
