package sendgrid_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// leaks returns handlers whose responses contain a secret in unexpected places.
// All of these responses are errors, some are not even HTTP.
func leaks(secret string) map[string]http.HandlerFunc {
	const json = "application/json"
	return map[string]http.HandlerFunc{
		"error":             respond(400, json, errorBody("bad "+secret)),
		"server error":      respond(500, json, errorBody("bad "+secret)),
		"HTML page":         respond(502, "text/html", secret),
		"content type":      respond(502, secret+"/"+secret, "x"),
		"text":              respond(200, "text/plain", secret),
		"JSON string":       respond(200, json, `"`+secret+`"`),
		"another key":       respond(200, json, `{"api_key_id":"`+secret+`","name":"`+secret+`"}`),
		"key without id":    respond(201, json, `{"api_key":"`+secret+`"}`),
		"truncated JSON":    respond(201, json, `{"api_key":"`+secret),
		"misplaced in JSON": respond(201, json, `{"api_key":{"`+secret+`":1},"scopes":"`+secret+`"}`),
		"truncated body":    raw("HTTP/1.1 201 Created\r\nContent-Length: 99999\r\n\r\n" + secret),
		"redirect":          raw("HTTP/1.1 302 Found\r\nLocation: /" + secret + "\r\nContent-Length: 0\r\n\r\n"),
		"invalid redirect":  raw("HTTP/1.1 302 Found\r\nLocation: http://[" + secret + "\r\nContent-Length: 0\r\n\r\n"),
		"invalid status":    raw("HTTP/1.1 " + secret + " no\r\n\r\n"),
		"invalid header":    raw("HTTP/1.1 200 OK\r\n" + secret + "\r\n\r\n"),
		"not HTTP":          raw(secret + "\r\n\r\n"),
	}
}

func respond(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// raw returns a handler that writes text to the connection as it is.
func raw(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = conn.Write([]byte(text)) // Fails if the client has disconnected.
		_ = conn.Close()
	}
}

// connectHandler connects a client to a server that handles requests with handler.
func connectHandler(t *testing.T, handler http.HandlerFunc, observe func(context.Context, sendgrid.Attempt)) *sendgrid.Client {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	o := options(s.URL)
	o.Observe = observe
	return connect(t, o)
}

func TestErrorsContainNoSecret(t *testing.T) {
	t.Parallel()
	for name, handler := range leaks(fakeKey()) {
		for method, do := range operations() {
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				failure := apiError(t, do(t.Context(), connectHandler(t, handler, nil), id))
				noSecret(t, failure.Error())
				if failure.Err != nil {
					noSecret(t, failure.Err.Error())
				}
			})
		}
	}
}

func TestAttemptsContainNoSecret(t *testing.T) {
	t.Parallel()
	for name, handler := range leaks(fakeKey()) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := connectHandler(t, handler, func(_ context.Context, a sendgrid.Attempt) {
				noSecret(t, fmt.Sprintf("%+v", a))
			})
			_ = create(t.Context(), c, id)
		})
	}
}

func noSecret(t *testing.T, text string) {
	t.Helper()
	for _, secret := range []string{fakeKey(), emulator.Credential} {
		if strings.Contains(text, secret) {
			t.Errorf("contains a secret: %s", text)
		}
	}
}

func TestErrorsAreShort(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 1<<16)
	for name, handler := range leaks(long) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := apiError(t, create(t.Context(), connectHandler(t, handler, nil), id))
			if n := len(err.Error()); n > 1000 {
				t.Errorf("error of %d bytes: %.200s…", n, err.Error())
			}
		})
	}
}
