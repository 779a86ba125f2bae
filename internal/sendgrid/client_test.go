package sendgrid_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// id is that of a key that need not exist.
const id = "some-key_id"

// start returns a server that ends with the test.
func start(t *testing.T, cfg emulator.Config) *emulator.Server {
	t.Helper()
	s := emulator.Start(cfg)
	t.Cleanup(s.Close)
	return s
}

// failing returns a server that treats every request as do.
func failing(t *testing.T, do emulator.Behavior) *emulator.Server {
	t.Helper()
	s := start(t, emulator.Config{})
	s.Inject(emulator.Fault{Times: -1, Do: do})
	return s
}

// options are those of a client that retries twice, and nearly at once.
func options(url string) sendgrid.Options {
	return sendgrid.Options{
		APIKey:         emulator.Credential,
		BaseURL:        url,
		UserAgent:      "test/1.0",
		RequestTimeout: time.Minute,
		MaxRetries:     2,
		RetryWaitMin:   time.Millisecond,
		RetryWaitMax:   time.Millisecond,
	}
}

func connect(t *testing.T, o sendgrid.Options) *sendgrid.Client {
	t.Helper()
	c, err := sendgrid.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// call is one of the client's calls, on the key with the id if on one.
type call func(ctx context.Context, c *sendgrid.Client, id string) error

func create(ctx context.Context, c *sendgrid.Client, _ string) error {
	_, err := c.CreateAPIKey(ctx, sendgrid.Parent, sendgrid.CreateAPIKeyRequest{Name: "k", Scopes: []string{"mail.send"}})
	return err
}

func read(ctx context.Context, c *sendgrid.Client, id string) error {
	_, err := c.GetAPIKey(ctx, sendgrid.Parent, id)
	return err
}

func list(ctx context.Context, c *sendgrid.Client, _ string) error {
	_, err := c.ListAPIKeys(ctx, sendgrid.Parent)
	return err
}

func rename(ctx context.Context, c *sendgrid.Client, id string) error {
	return c.RenameAPIKey(ctx, sendgrid.Parent, id, "k")
}

func update(ctx context.Context, c *sendgrid.Client, id string) error {
	return c.UpdateAPIKey(ctx, sendgrid.Parent, id, "k", []string{"mail.send"})
}

func remove(ctx context.Context, c *sendgrid.Client, id string) error {
	return c.DeleteAPIKey(ctx, sendgrid.Parent, id)
}

// methods returns the call that goes by each method.
func methods() map[string]call {
	return map[string]call{
		http.MethodGet:    read,
		http.MethodPut:    update,
		http.MethodPatch:  rename,
		http.MethodDelete: remove,
		http.MethodPost:   create,
	}
}

// told is what an error tells. The message is without the server's address.
type told struct {
	Kind     sendgrid.Kind
	Status   int
	Details  []sendgrid.Detail
	Attempts int
	Message  string
}

func tell(t *testing.T, err error, url string) told {
	t.Helper()
	failure := failed(t, err)
	message := strings.ReplaceAll(failure.Error(), url, "")
	return told{failure.Kind, failure.Status, failure.Details, failure.Attempts, message}
}

// failed returns the error of a call that must not have succeeded.
func failed(t *testing.T, err error) *sendgrid.Error {
	t.Helper()
	var failure *sendgrid.Error
	if !errors.As(err, &failure) {
		t.Fatalf("error %v (%T) is no *sendgrid.Error", err, err)
	}
	return failure
}

// expect compares what an error tells, and the requests that s saw with the
// attempts that it counts.
func expect(t *testing.T, s *emulator.Server, err error, want told) {
	t.Helper()
	if diff := cmp.Diff(want, tell(t, err, s.URL())); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
	if seen := len(s.Requests()); seen != want.Attempts {
		t.Errorf("%d requests arrived, want %d", seen, want.Attempts)
	}
}

func TestNew(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ url, host string }{
		"global":       {sendgrid.GlobalURL, "api.sendgrid.com"},
		"EU":           {sendgrid.EUURL, "api.eu.sendgrid.com"},
		"port":         {"http://127.0.0.1:8080", "127.0.0.1:8080"},
		"proxy's path": {"https://proxy.example/sendgrid/", "proxy.example"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := connect(t, options(tt.url)).Host(); got != tt.host {
				t.Errorf("host %q, want %q", got, tt.host)
			}
		})
	}
	t.Run("no URL", func(t *testing.T) {
		t.Parallel()
		_, err := sendgrid.New(options("http://[::1"))
		if want := `base URL: parse "http://[::1": missing ']' in host`; err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	})
}

func TestUnusableClientReturnsItsError(t *testing.T) {
	t.Parallel()
	want := errors.New("no credential yet")
	c := sendgrid.NewUnusable(fmt.Errorf("wrapped: %w", want))
	for name, do := range map[string]call{
		"create": create, "read": read, "list": list, "rename": rename, "update": update, "remove": remove, "list scopes": listScopes,
	} {
		if err := do(t.Context(), c, id); !errors.Is(err, want) {
			t.Errorf("%s: error %v, want %v", name, err, want)
		}
	}
	if c.Host() != "" {
		t.Errorf("host %q", c.Host())
	}
}

// decimal returns a time as the header has it.
func decimal(at time.Time) string {
	return strconv.FormatInt(at.Unix(), 10)
}
