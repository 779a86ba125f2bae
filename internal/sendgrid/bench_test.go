package sendgrid

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

const benchID = "AAAAAAAAAAAAAAAAAAAAAA"

// canned answers every request with the same JSON, without a network.
type canned string

func (body canned) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK,
		Header:     http.Header{"Content-Type": {"application/json"}},
		Body:       io.NopCloser(strings.NewReader(string(body))),
	}, nil
}

// newCannedClient returns a client of which everything runs but the transports.
func newCannedClient(b *testing.B, answer any) *Client {
	b.Helper()
	client, err := New(Options{APIKey: "SG.bench", BaseURL: GlobalURL})
	if err != nil {
		b.Fatal(err)
	}
	body, err := json.Marshal(answer)
	if err != nil {
		b.Fatal(err)
	}
	client.http.HTTPClient.Transport = canned(body)
	return client
}

// From the call to the key, with what SendGrid assigns on its own.
func BenchmarkGetAPIKey(b *testing.B) {
	client := newCannedClient(b, APIKey{ID: benchID, Name: "Newsletter", Scopes: []string{
		"mail.send", "stats.read", "templates.read", "2fa_required", "sender_verification_eligible",
	}})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.GetAPIKey(b.Context(), Parent, benchID); err != nil {
			b.Fatal(err)
		}
	}
}

// The longest list that SendGrid's limit of keys allows.
func BenchmarkListAPIKeys(b *testing.B) {
	type listed struct {
		ID   string `json:"api_key_id"`
		Name string `json:"name"`
	}
	var answer struct {
		Result []listed `json:"result"`
	}
	for i := range 100 {
		answer.Result = append(answer.Result, listed{ID: benchID, Name: fmt.Sprintf("Newsletter %d", i)})
	}
	client := newCannedClient(b, answer)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.ListAPIKeys(b.Context(), Parent); err != nil {
			b.Fatal(err)
		}
	}
}
