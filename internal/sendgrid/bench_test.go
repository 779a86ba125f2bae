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

// canned responds to every request with the same JSON, without a network.
type canned string

func (body canned) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK,
		Header:     http.Header{"Content-Type": {"application/json"}},
		Body:       io.NopCloser(strings.NewReader(string(body))),
	}, nil
}

// newCannedClient returns a client that has its transports replaced.
func newCannedClient(b *testing.B, response any) *Client {
	b.Helper()
	client, err := New(Options{APIKey: "SG.bench", BaseURL: GlobalURL})
	if err != nil {
		b.Fatal(err)
	}
	body, err := json.Marshal(response)
	if err != nil {
		b.Fatal(err)
	}
	client.http.HTTPClient.Transport = canned(body)
	return client
}

// BenchmarkGetAPIKey reads a key with scopes that SendGrid assigned automatically.
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

// BenchmarkListAPIKeys lists as many keys as an account may have.
func BenchmarkListAPIKeys(b *testing.B) {
	type listed struct {
		ID   string `json:"api_key_id"`
		Name string `json:"name"`
	}
	var response struct {
		Result []listed `json:"result"`
	}
	for i := range 100 {
		response.Result = append(response.Result, listed{ID: benchID, Name: fmt.Sprintf("Newsletter %d", i)})
	}
	client := newCannedClient(b, response)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.ListAPIKeys(b.Context(), Parent); err != nil {
			b.Fatal(err)
		}
	}
}
