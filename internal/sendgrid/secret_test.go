package sendgrid_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// fakeKey has the shape of an API key.
func fakeKey() string {
	return "SG." + strings.Repeat("i", 22) + "." + strings.Repeat("s", 43)
}

func TestRedact(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ in, want string }{
		"whole key":        {"key " + fakeKey() + " is bad", "key SG.*** is bad"},
		"two keys":         {fakeKey() + "," + fakeKey(), "SG.***,SG.***"},
		"beginning of one": {"SG." + strings.Repeat("i", 22), "SG.***"},
		"in a header":      {"Bearer " + fakeKey(), "Bearer SG.***"},
		"in a URL":         {"https://x/v3/api_keys/" + fakeKey() + "?a", "https://x/v3/api_keys/SG.***?a"},
		"at a sentence":    {"It is " + fakeKey() + ".", "It is SG.***."},
		"none":             {"SG. is how keys begin", "SG. is how keys begin"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := sendgrid.Redact(tt.in); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestWordsOfSendGridAreQuotedWithCare has what may be in an error's message
// and field.
func TestWordsOfSendGridAreQuotedWithCare(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 499)
	for name, tt := range map[string]struct{ in, want string }{
		"a key":                  {"bad key " + fakeKey(), "bad key SG.***"},
		"500 bytes":              {long + "b", long + "b"},
		"501 bytes":              {long + "bc", long + "b…"},
		"two bytes at the cut":   {long + "é", long + "…"},
		"three bytes at the cut": {long + "€", long + "…"},
		"four bytes at the cut":  {long[:496] + "😀b", long[:496] + "😀…"},
		"a key at the cut":       {long[:490] + fakeKey(), long[:490] + "SG.***"},
		"a key that makes room":  {long[:480] + fakeKey() + " b", long[:480] + "SG.*** b"},
		"what is no valid text":  {"a\xffb", "a\ufffdb"},
		"an escaped line break":  {"a\nb", "a\nb"},
		"a megabyte, nearly":     {strings.Repeat("€", 1<<18), strings.Repeat("€", 166) + "…"},
	} {
		for place, body := range map[string]string{
			"message": `{"errors":[{"field":null,"message":"%s"}]}`,
			"field":   `{"errors":[{"field":"%s","message":"m"}]}`,
			"error":   `{"error":"%s"}`,
		} {
			t.Run(name+" in "+place, func(t *testing.T) {
				t.Parallel()
				body := fmt.Sprintf(body, strings.ReplaceAll(tt.in, "\n", `\n`))
				s := failing(t, emulator.Respond(400, nil, "application/json", body))
				got := failed(t, create(t.Context(), connect(t, options(s.URL())), id))
				want := sendgrid.Detail{Message: tt.want}
				if place == "field" {
					want = sendgrid.Detail{Field: tt.want, Message: "m"}
				}
				same(t, got.Details, []sendgrid.Detail{want})
				if !utf8.ValidString(got.Error()) {
					t.Errorf("error is not UTF-8: %q", got.Error())
				}
			})
		}
	}
}

// leaky returns a server that puts what is said where no answer should have it.
func leaky(t *testing.T, answer func(w http.ResponseWriter)) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w) }))
	t.Cleanup(s.Close)
	return s
}

// raw returns an answer that is written as it is, be it HTTP or not.
func raw(text string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = conn.Write([]byte(text)) // Fails when the client is gone.
		_ = conn.Close()
	}
}

// respond returns an answer of a type with a body.
func respond(status int, contentType, body string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		emulator.Response{Status: status, Header: http.Header{"Content-Type": {contentType}}, Body: body}.ServeHTTP(w, nil)
	}
}

// leaks returns answers that hold a secret, as well formed as they come.
func leaks(secret string) map[string]func(http.ResponseWriter) {
	const json = "application/json"
	return map[string]func(http.ResponseWriter){
		"in an error":         respond(400, json, withNull("bad "+secret)),
		"in a 500":            respond(500, json, withNull("bad "+secret)),
		"in a page":           respond(502, "text/html", secret),
		"in the type":         respond(502, secret+"/"+secret, "x"),
		"in text":             respond(200, "text/plain", secret),
		"in a string":         respond(200, json, `"`+secret+`"`),
		"in another key":      respond(200, json, `{"api_key_id":"`+secret+`","name":"`+secret+`"}`),
		"without id":          respond(201, json, `{"api_key":"`+secret+`"}`),
		"cut":                 respond(201, json, `{"api_key":"`+secret),
		"in a wrong place":    respond(201, json, `{"api_key":{"`+secret+`":1},"scopes":"`+secret+`"}`),
		"body breaks off":     raw("HTTP/1.1 201 Created\r\nContent-Length: 99999\r\n\r\n" + secret),
		"in a redirect":       raw("HTTP/1.1 302 Found\r\nLocation: /" + secret + "\r\nContent-Length: 0\r\n\r\n"),
		"in a bad redirect":   raw("HTTP/1.1 302 Found\r\nLocation: http://[" + secret + "\r\nContent-Length: 0\r\n\r\n"),
		"in a bad status":     raw("HTTP/1.1 " + secret + " no\r\n\r\n"),
		"in a bad header":     raw("HTTP/1.1 200 OK\r\n" + secret + "\r\n\r\n"),
		"in what is not HTTP": raw(secret + "\r\n\r\n"),
	}
}

func TestNoErrorTellsASecret(t *testing.T) {
	t.Parallel()
	for name, answer := range leaks(fakeKey()) {
		for method, do := range methods() {
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				err := do(t.Context(), connect(t, options(leaky(t, answer).URL)), id)
				for _, secret := range []string{fakeKey(), emulator.Credential} {
					if text := failed(t, err).Error(); strings.Contains(text, secret) {
						t.Errorf("error tells a secret: %s", text)
					}
				}
			})
		}
	}
}

func TestNoAttemptHoldsASecret(t *testing.T) {
	t.Parallel()
	for name, answer := range leaks(fakeKey()) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := options(leaky(t, answer).URL)
			o.Observe = func(_ context.Context, a sendgrid.Attempt) {
				if text := fmt.Sprintf("%+v", a); strings.Contains(text, fakeKey()) || strings.Contains(text, emulator.Credential) {
					t.Errorf("attempt holds a secret: %s", text)
				}
			}
			_ = create(t.Context(), connect(t, o), id)
		})
	}
}

func TestNoCauseTellsASecret(t *testing.T) {
	t.Parallel()
	for name, answer := range leaks(fakeKey()) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := failed(t, create(t.Context(), connect(t, options(leaky(t, answer).URL)), id))
			if err.Err != nil && strings.Contains(err.Err.Error(), fakeKey()) {
				t.Errorf("cause tells a secret: %v", err.Err)
			}
		})
	}
}

func TestErrorsAreShort(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 1<<16)
	for name, answer := range leaks(long) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := create(t.Context(), connect(t, options(leaky(t, answer).URL)), id)
			if n := len(failed(t, err).Error()); n > 1000 {
				t.Errorf("error of %d bytes: %.200s…", n, err.Error())
			}
		})
	}
}
