package sendgrid_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

func TestNew(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ url, host string }{
		"global":          {sendgrid.GlobalURL, "api.sendgrid.com"},
		"EU":              {sendgrid.EUURL, "api.eu.sendgrid.com"},
		"port":            {"http://127.0.0.1:8080", "127.0.0.1:8080"},
		"path of a proxy": {"https://proxy.example/sendgrid/", "proxy.example"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			equal(t, connect(t, options(tt.url)).Host(), tt.host)
		})
	}
	t.Run("invalid URL", func(t *testing.T) {
		t.Parallel()
		_, err := sendgrid.New(options("http://[::1"))
		if want := `base URL: parse "http://[::1": missing ']' in host`; err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	})
}

func TestBaseURLMayHaveAPath(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"", "/", "/sendgrid", "/sendgrid/"} {
		s, received := record(t, 200, `{"result":[]}`)
		noError(t, list(t.Context(), connect(t, options(s.URL+path)), id))
		if want := "GET " + strings.TrimSuffix(path, "/") + "/v3/api_keys"; (*received)[0].Line != want {
			t.Errorf("base URL with path %q: %s, want %s", path, (*received)[0].Line, want)
		}
	}
}

// The path of a proxy may contain a token.
func TestBaseURLPathIsNotReported(t *testing.T) {
	t.Parallel()
	s := failing(t, emulator.JSONError(400, "", "no"))
	o := options(s.URL() + "/token")
	var paths []string
	o.Observe = func(_ context.Context, a sendgrid.Attempt) { paths = append(paths, a.Path) }
	failure := apiError(t, read(t.Context(), connect(t, o), id))
	equal(t, failure.URL, s.URL()+"/v3/api_keys/"+id)
	equal(t, strings.Join(paths, " "), "/v3/api_keys/"+id)
}

func TestUnusableClientReturnsItsError(t *testing.T) {
	t.Parallel()
	want := errors.New("no credential yet")
	c := sendgrid.NewUnusable(fmt.Errorf("wrapped: %w", want))
	for name, do := range map[string]operation{
		"create": create, "read": read, "list": list, "rename": rename, "update": update, "remove": remove, "list scopes": listScopes,
	} {
		if err := do(t.Context(), c.WithoutRetries(), id); !errors.Is(err, want) {
			t.Errorf("%s without retries: error %v, want %v", name, err, want)
		}
		if err := do(t.Context(), c, id); !errors.Is(err, want) {
			t.Errorf("%s: error %v, want %v", name, err, want)
		}
	}
	if c.Host() != "" {
		t.Errorf("host %q", c.Host())
	}
}

func TestWithoutRetries(t *testing.T) {
	t.Parallel()
	s := failing(t, emulator.JSONError(503, "", "unavailable"))
	c := connect(t, options(s.URL()))
	equal(t, apiError(t, read(t.Context(), c.WithoutRetries(), id)).Attempts, 1)
	equal(t, apiError(t, read(t.Context(), c, id)).Attempts, 3)
	// The connection is shared.
	equal(t, s.Connections(), 1)
}
