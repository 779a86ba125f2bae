package openapi

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// exchange is a request with a response of the emulator's own.
type exchange struct {
	request  *http.Request
	response emulator.Response
}

// exchanges sends requests to an emulator, each in the form "METHOD path body",
// and returns what was exchanged.
func exchanges(t *testing.T, cfg emulator.Config, requests ...string) []exchange {
	t.Helper()
	var mu sync.Mutex
	var all []exchange
	cfg.OnResponse = func(r *http.Request, resp emulator.Response) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, exchange{r, resp})
	}
	s := emulator.Start(cfg)
	t.Cleanup(s.Close)
	id := s.AddKey(emulator.Parent, "k", []string{"mail.send"}).ID
	for _, text := range requests {
		method, rest, _ := strings.Cut(strings.ReplaceAll(text, "{id}", id), " ")
		path, body, _ := strings.Cut(rest, " ")
		r, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+emulator.Credential)
		r.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
	mu.Lock()
	defer mu.Unlock()
	return all
}

func TestEveryDeviationIsNeeded(t *testing.T) {
	t.Parallel()
	dir := os.Getenv(directory)
	if dir == "" {
		t.Skipf("%s is not set: see the package documentation", directory)
	}
	all := slices.Concat(
		exchanges(t, emulator.Config{Unavailable: []string{"alerts.read"}},
			`POST /v3/api_keys {"name":"a","scopes":["mail.send"]}`,
			`POST /v3/api_keys {"name":"a","scopes":["alerts.read"]}`,
			`POST /v3/api_keys {"scopes":["mail.send"]}`,
			`GET /v3/api_keys`,
			`GET /v3/api_keys?limit=0`,
			`GET /v3/api_keys/{id}`,
			`GET /v3/api_keys/none`,
			`PATCH /v3/api_keys/{id} {"name":"b"}`,
			`PUT /v3/api_keys/{id} {"name":"c","scopes":["mail.send"]}`,
			`DELETE /v3/api_keys/{id}`,
			`GET /v3/scopes`),
		exchanges(t, emulator.Config{RateLimits: []emulator.RateLimit{{}}},
			`GET /v3/scopes`, `GET /v3/api_keys`))

	// allow returns whether the files, with these deviations, allow all responses.
	allow := func(deviations []deviation) error {
		spec, err := load(os.DirFS(dir), deviations)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range all {
			if err := spec.validateResponse(x.request, x.response.Status, x.response.Header, x.response.Body); err != nil {
				return err
			}
		}
		return nil
	}
	if err := allow(deviations); err != nil {
		t.Errorf("with all deviations: %v", err)
	}
	for i, d := range deviations {
		if allow(slices.Delete(slices.Clone(deviations), i, i+1)) == nil {
			t.Errorf("not needed: %s", d.name)
		}
	}
}
